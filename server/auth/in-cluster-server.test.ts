import { expect, test } from 'vitest'
import { inClusterServer } from './in-cluster-server.ts'

test('in a pod the API server is the one of its cluster', () => {
  expect(inClusterServer({ KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '443' })).toEqual({
    url: 'https://10.96.0.1:443',
    tokenFile: '/var/run/secrets/kubernetes.io/serviceaccount/token',
    caFile: '/var/run/secrets/kubernetes.io/serviceaccount/ca.crt',
  })
  const { url } = inClusterServer({ KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '6443' })
  expect(url).toBe('https://[fd00::1]:6443')
})

test('elsewhere there is none', () => {
  expect(() => inClusterServer({})).toThrow(/Outside of a pod/)
  expect(() => inClusterServer({ KUBERNETES_SERVICE_HOST: '10.96.0.1' })).toThrow(/Outside of a pod/)
})
