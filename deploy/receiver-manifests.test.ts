/** The receiver of Goldmane's emitter in the manifests: a Service of its own, a certificate on both sides, and Goldmane alone. */
import { expect, test } from 'vitest'
import { readConfiguration } from '../server/config/configuration.ts'
import { at, find, readManifests } from './testing/manifests.ts'

interface Variable {
  readonly name: string
  readonly value: string
}

const manifests = readManifests('flowtrace-history-receiver.yaml')
const deployment = find(manifests, 'Deployment')
const container = at(deployment, 'spec.template.spec.containers.0')
const variables = at(container, 'env') as readonly Variable[] // The schema was checked in schemas.test.ts.
const environment = Object.fromEntries(variables.map(({ name, value }) => [name, value]))
const { values } = readConfiguration({}, environment)

test('its port is that of its Service, and not of the page', () => {
  const service = find(manifests, 'Service', 'flowtrace-receiver')
  expect(at(service, 'spec.type')).toBe('ClusterIP')
  expect(at(service, 'spec.selector')).toMatchObject({ 'app.kubernetes.io/name': 'flowtrace' })
  expect(at(service, 'spec.ports')).toEqual([{ name: 'receiver', port: 9443, targetPort: 'receiver' }])
  expect(at(container, 'ports')).toContainEqual({ name: 'receiver', containerPort: 9443 })
  expect(values['history-receiver']).toBe('0.0.0.0:9443')
  expect(at(find(manifests, 'Service'), 'spec.ports')).toHaveLength(1)
})

test('its certificate, key and authority of clients are mounted', () => {
  const volumes = at(deployment, 'spec.template.spec.volumes') as readonly unknown[]
  const volume = volumes.find((each) => at(each, 'name') === 'receiver')
  expect(at(volume, 'secret.secretName')).toBe('flowtrace-receiver')
  expect(at(container, 'volumeMounts')).toContainEqual({
    name: 'receiver',
    mountPath: '/etc/flowtrace/receiver',
    readOnly: true,
  })
  const { 'history-receiver-cert': cert, 'history-receiver-key': key, 'history-receiver-ca': ca } = values
  expect([cert, key, ca]).toEqual(
    ['tls.crt', 'tls.key', 'ca.crt'].map((name) => `/etc/flowtrace/receiver/${name}`),
  )
})

test('it writes into the history of the same manifest', () => {
  expect(values.history).toBe('/var/lib/flowtrace/history')
})

test('pods of Goldmane reach it, and no others', () => {
  const rules = at(find(manifests, 'NetworkPolicy'), 'spec.ingress')
  expect(rules).toContainEqual({
    from: [{ namespaceSelector: {}, podSelector: { matchLabels: { 'k8s-app': 'goldmane' } } }],
    ports: [{ protocol: 'TCP', port: 9443 }],
  })
})
