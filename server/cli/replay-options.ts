/** Parses the arguments of `flowtrace replay`. */
import type { ParseArgsConfig } from 'node:util'
import { ALLOW_ANYONE_FLAG } from '../auth/exposure.ts'
import { integer } from '../config/value-kind.ts'
import { isLoopback } from '../lib/host-name.ts'
import { UsageError } from '../lib/usage-error.ts'
import { parseFlags } from './parse-flags.ts'

export interface ReplayCommand {
  readonly command: 'replay'
  /** Null stands for standard input. */
  readonly path: string | null
  readonly host: string
  readonly port: number
  /** Seconds of the capture in a second; null for all at once. */
  readonly speed: number | null
  readonly loop: boolean
  readonly fromNow: boolean
}

const DEFAULT_PORT = 7443
const MAX_SPEED = 3600

export const REPLAY_HELP = `Usage: flowtrace replay FILE [options]

Serves a capture as a Goldmane, for any client of gRPC (HTTP/2 without TLS) and gRPC-web:
Stream, List, FilterHints and Statistics. FILE is a capture in any format that the page
opens; - is standard input. It is read into memory, and served until Ctrl-C.

  --port PORT           7443 unless given; 0 takes a free one
  --host ADDRESS        127.0.0.1 unless given; beyond the loopback it takes
                        ${ALLOW_ANYONE_FLAG}
  --speed SPEED         all (default): everything at once, the clock stands at the end of the
                        capture. 1 to 3600: seconds of the capture in a second; a bucket
                        of 15 s comes when it is due, 30 s after its start
  --loop                with --speed: begin again at the end, at later times
  --from-now            shift all times: the capture begins now, or ends now with all at once

Examples:
  flowtrace replay flows.ndjson.gz --port 7443 --speed 60 --from-now
  flowtrace serve --goldmane http://localhost:7443

Records of one key in one bucket are summed, as Goldmane sums them. The gateway asks a
Goldmane for one hour, so it shows the last hour of a longer capture; other clients get all.
The status is 1 when the port cannot be used, 2 when the command line makes no sense or
FILE holds no flows with a time.
`

const OPTIONS = {
  port: { type: 'string' },
  host: { type: 'string' },
  speed: { type: 'string' },
  loop: { type: 'boolean' },
  'from-now': { type: 'boolean' },
  'insecure-allow-anyone-to-read-all-flows': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies ParseArgsConfig['options']

/** The command in `argv`, the arguments after `replay`. Throws {@link UsageError}. */
export function parseReplay(argv: readonly string[]): ReplayCommand | { readonly command: 'replay help' } {
  const { values: flags, positionals } = parseFlags(argv, OPTIONS)
  if (flags.help === true) return { command: 'replay help' }
  const [path, another] = positionals
  if (path === undefined || path === '')
    throw new UsageError('replay wants a capture FILE, or - for standard input')
  if (another !== undefined)
    throw new UsageError(`replay takes one FILE, not ${JSON.stringify(another)} besides`)
  const { host = '127.0.0.1' } = flags
  if (!isLoopback(host) && flags['insecure-allow-anyone-to-read-all-flows'] !== true)
    throw new UsageError(
      `Whoever reaches ${host} could read all flows: listen on 127.0.0.1, or give ${ALLOW_ANYONE_FLAG}`,
    )
  const speed = parseSpeed(flags.speed)
  if (flags.loop === true && speed === null) throw new UsageError('--loop needs --speed 1 to 3600')
  return {
    command: 'replay',
    path: path === '-' ? null : path,
    host,
    port: parsePort(flags.port),
    speed,
    loop: flags.loop === true,
    fromNow: flags['from-now'] === true,
  }
}

const PORT = integer(0, 65_535)

function parsePort(text = String(DEFAULT_PORT)): number {
  const port = PORT.schema.safeParse(PORT.fromText(text))
  if (port.success) return port.data
  throw new UsageError(`--port wants ${PORT.wants}, not ${JSON.stringify(text)}`)
}

function parseSpeed(text = 'all'): number | null {
  if (text === 'all') return null
  const speed = /^\d{1,4}(\.\d{1,3})?$/.test(text) ? Number(text) : 0
  if (speed >= 1 && speed <= MAX_SPEED) return speed
  throw new UsageError(`--speed wants all, or a number from 1 to ${MAX_SPEED}, not ${JSON.stringify(text)}`)
}
