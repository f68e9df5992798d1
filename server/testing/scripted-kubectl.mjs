// Plays kubectl for tests: answers from the file that SCRIPTED_CLUSTER names, in the words of the real one, and forwards
// a port to a server on the loopback.
import { appendFileSync, readFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import process from 'node:process'

/** @typedef {import('./kubectl-cluster.ts').ScriptedCluster} ScriptedCluster */

/** @type {ScriptedCluster} */
const cluster = JSON.parse(readFileSync(process.env['SCRIPTED_CLUSTER'] ?? '', 'utf8'))
const args = process.argv.slice(2)

/** @param {string} words @returns {never} */
function fail(words) {
  process.stderr.write(`${words}\n`)
  process.exit(1)
}

/** The value of a flag, which is taken out of the arguments. @param {string} name */
function takeFlag(name) {
  const at = args.indexOf(name)
  return at === -1 ? null : (args.splice(at, 2)[1] ?? null)
}

/** @param {string} verb @param {string} resource @param {string} namespace @param {string} name */
function forbidden(verb, resource, namespace, name) {
  const object = name === '' ? resource : `${resource} "${name}"`
  return `${object} is forbidden: User "${cluster.user}" cannot ${verb} resource "${resource}" in API group "" in the namespace "${namespace}"`
}

const context = takeFlag('--context')
const namespace = takeFlag('-n') ?? ''
const output = takeFlag('-o')
takeFlag('--address')
const [command = '', subject = '', name = ''] = args

if (command === 'config' && subject === 'current-context') {
  if (cluster.current === null) fail('error: current-context is not set')
  process.stdout.write(`${cluster.current}\n`)
  process.exit(0)
}
if (context !== null && !cluster.contexts.includes(context))
  fail(`error: context "${context}" does not exist`)
if (cluster.broken !== null) fail(cluster.broken)
if (command === 'get') get()
else if (command === 'port-forward') forward()
else fail(`error: unknown command ${JSON.stringify(args)}`)

function get() {
  const resource = subject.includes('.') ? subject : `${subject}s`
  if (subject.includes('.') && !cluster.types.includes(subject))
    fail(`error: the server doesn't have a resource type "${subject.replace(/\..*/, '')}"`)
  if (cluster.forbidden.some((each) => each === resource || each === `${resource}/${name}`))
    fail(`Error from server (Forbidden): ${forbidden('get', resource, namespace, name)}`)
  const object = cluster.objects[`${resource}/${namespace}/${name}`]
  if (object === undefined) fail(`Error from server (NotFound): ${resource} "${name}" not found`)
  process.stdout.write(output === 'json' ? JSON.stringify(object) : `${subject}/${name}\n`)
}

function forward() {
  if (cluster.isSilent) {
    setInterval(() => {}, 60_000)
    return
  }
  if (cluster.forbidden.includes('pods'))
    fail(`Error from server (Forbidden): ${forbidden('list', 'pods', namespace, '')}`)
  if (cluster.forbidden.includes('pods/portforward')) {
    const refusal = forbidden('create', 'pods/portforward', namespace, 'goldmane-7d8')
    fail(`error: error upgrading connection: ${refusal}`)
  }
  const server = createServer((client) => {
    const goldmane = connect(cluster.goldmanePort, '127.0.0.1')
    client.pipe(goldmane).pipe(client)
    for (const socket of [client, goldmane]) socket.on('error', () => socket.destroy())
  })
  server.on('error', (error) => fail(`error: unable to listen on any of the requested ports: ${error}`))
  server.listen(Number(name.split(':')[0]), '127.0.0.1', () => {
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : 0
    appendFileSync(cluster.pids, `${process.pid}\n`)
    process.stdout.write(`Forwarding from 127.0.0.1:${port} -> 7443\n`)
  })
}
