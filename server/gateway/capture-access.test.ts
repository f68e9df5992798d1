import { truncate, writeFile } from 'node:fs/promises'
import { get, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { logIn } from '../testing/guarded-server.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { startTestGateway } from '../testing/test-gateway.ts'

const TOKEN = 'correct-horse-battery-staple'
/** More than the buffers of a connection take. */
const SIZE = 200_000_000

test('a log-out ends a download of the capture that is under way', async () => {
  const folder = await temporaryFolder()
  const [path, tokenFile] = [join(folder, 'large.jsonl'), join(folder, 'token')]
  await writeFile(path, '')
  await truncate(path, SIZE)
  await writeFile(tokenFile, TOKEN)
  const url = await startTestGateway(null, {
    capture: { path, name: 'large.jsonl' },
    auth: { mode: 'token', tokenFile },
  })
  const cookie = (await logIn({ url }, TOKEN)).cookie ?? ''
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(new URL('capture', url), { headers: { cookie } }, resolve).on('error', reject)
  })
  expect(response.statusCode).toBe(200)
  const onError = vi.fn()
  response.on('error', onError)
  expect((await fetch(new URL('logout', url), { method: 'POST', headers: { cookie } })).status).toBe(204)
  let received = 0
  response.on('data', (chunk: Buffer) => {
    received += chunk.length
  })
  await vi.waitFor(() => expect(onError).toHaveBeenCalledOnce())
  expect(received).toBeLessThan(SIZE)
})
