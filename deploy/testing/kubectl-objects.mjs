// The objects that scripted-kubectl.sh prints: of `create … --dry-run=client`, and of `label --local` with an object as input.
import { readFileSync } from 'node:fs'
import process from 'node:process'
import { text } from 'node:stream/consumers'

const args = process.argv.slice(2)
/** Without `--context NAME`. */
const [command = '', ...options] = args[0] === '--context' ? args.slice(2) : args
process.stdout.write(command === 'label' ? labelled(await text(process.stdin)) : JSON.stringify(created()))

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

function labelled(/** @type {string} */ stdin) {
  const object = JSON.parse(stdin)
  const [key = '', value = ''] = (args.at(-1) ?? '').split('=')
  object.metadata.labels = { [key]: value }
  return JSON.stringify(object)
}
