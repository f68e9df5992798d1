// A kubectl for tests: answers from the rules in $KUBECTL_RULES, and writes each call as a line of JSON to $KUBECTL_LOG.
// `create … --dry-run=client` and `label --local` work as in the real one, as far as deploy/setup uses them.
import { appendFileSync, readFileSync } from 'node:fs'
import process from 'node:process'
import { text } from 'node:stream/consumers'

/** @typedef {{ call: string, stdout?: string, stderr?: string, status?: number }} Rule */

const args = process.argv.slice(2)
const call = args.join(' ')
/** Without `--context NAME`. */
const [command = '', ...options] = args[0] === '--context' ? args.slice(2) : args
const readsInput = /(^| )(-f|--filename) -( |$)/.test(call)
const stdin = readsInput ? await text(process.stdin) : ''
appendFileSync(process.env['KUBECTL_LOG'] ?? '', `${JSON.stringify({ call, stdin })}\n`)

/** @type {readonly Rule[]} */
const rules = JSON.parse(readFileSync(process.env['KUBECTL_RULES'] ?? '', 'utf8'))
const rule = rules.find((one) => new RegExp(one.call).test(call))

if (rule === undefined && call.includes('--dry-run=client')) process.stdout.write(JSON.stringify(created()))
else if (rule === undefined && command === 'label') process.stdout.write(labelled())
else {
  process.stdout.write(rule?.stdout ?? '')
  process.stderr.write(rule?.stderr ?? '')
  process.exitCode = rule?.status ?? 0
}

function created() {
  const [kind, ...rest] = options
  const name = rest.find((arg, i) => !arg.startsWith('-') && !['generic', 'tls'].includes(arg) && i < 2)
  /** @type {Record<string, string>} */
  const data = {}
  for (const arg of rest) {
    const [, key = '', file = ''] = /^--from-file=([^=]+)=(.+)$/.exec(arg) ?? []
    const [, pem, path = ''] = /^--(cert|key)=(.+)$/.exec(arg) ?? []
    if (file !== '') data[key] = read(file)
    if (pem !== undefined) data[pem === 'cert' ? 'tls.crt' : 'tls.key'] = read(path)
  }
  const namespace = rest[rest.indexOf('--namespace') + 1]
  return { kind, metadata: { name, namespace }, data }
}

function read(/** @type {string} */ file) {
  return readFileSync(file, 'utf8')
}

function labelled() {
  const object = JSON.parse(stdin)
  const [key = '', value = ''] = (args.at(-1) ?? '').split('=')
  object.metadata.labels = { [key]: value }
  return JSON.stringify(object)
}
