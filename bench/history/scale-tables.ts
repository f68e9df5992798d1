/** The plan as the tables of docs/scale.md, which a test holds to these. */
import { formatTable } from '../timing.ts'
import {
  daysThatFit,
  EMBEDDED,
  FLEET,
  fleetOf,
  hourBytes,
  type Input,
  INPUTS,
  keyBytes,
  LIMITS,
  recordBytes,
  rowsPerDay,
  rowsPerSecond,
  screenSeconds,
} from './scale-plan.ts'

const PREFIXES = ['', 'k', 'M', 'G', 'T'] as const

/** Two or three digits, with a prefix of thousands. */
export function formatAmount(value: number, unit = ''): string {
  let power = 0
  let rest = value
  while (rest >= 999.5 && power < PREFIXES.length - 1) {
    rest /= 1000
    power++
  }
  const digits = rest >= 9.95 ? rest.toFixed(0) : Number(rest.toPrecision(2)).toString()
  return `${digits} ${PREFIXES[power]}${unit}`.trim()
}

const formatSeconds = (value: number): string =>
  value >= 0.95 ? formatAmount(value, 's') : formatAmount(value * 1000, 'ms')

const formatInput = ({ value, unit }: Input): string => {
  if (unit === 's') return `${Math.round(value * 1e6)} µs`
  if (unit === '/s') return `${formatAmount(value)}/s`
  return `${value.toLocaleString('en-US')} ${unit}`.trim()
}

export function inputsTable(): string {
  const rows = Object.values<Input>(INPUTS).map((input) => [input.what, formatInput(input), input.source])
  return formatTable(['what', 'value', 'source'], rows)
}

/** The embedded engine, at the middle assumption. */
export function embeddedTable(): string {
  const rows = [1, 10, 25, 50, 100, 500].map((nodes) => {
    const keys = nodes * INPUTS.keysSome.value
    const day = rowsPerDay(keys)
    return [
      nodes.toString(),
      formatAmount(rowsPerSecond(keys)),
      formatAmount(day),
      formatAmount(recordBytes(keys, EMBEDDED.days, INPUTS.duckRowBytes.value), 'B'),
      formatAmount(hourBytes(keys, EMBEDDED.hourDays), 'B'),
      formatAmount(keyBytes(keys, EMBEDDED.hourDays), 'B'),
      formatDays(daysThatFit(keys, EMBEDDED.maxBytes)),
      formatSeconds(screenSeconds(day, EMBEDDED.cores, INPUTS.screenRate)),
      formatSeconds(screenSeconds((day * 7) / INPUTS.hourRatio.value, EMBEDDED.cores, INPUTS.hourRate)),
    ]
  })
  const columns = ['nodes', 'records/s', 'records a day', '7 days of records', '400 of hours', 'their keys']
  return formatTable([...columns, 'days in 16 GB', 'screen of 24 h', 'screen of 7 days'], rows)
}

const formatDays = (days: number): string => (days >= EMBEDDED.days ? '7' : formatAmount(days))

/** ClickHouse, for fleets of clusters. */
export function fleetTable(): string {
  const keys = [INPUTS.keysFew.value, INPUTS.keysSome.value, INPUTS.keysMany.value]
  const rows = [500, 1000, 5000].flatMap((nodes) =>
    keys.map((keysOfNode) => {
      const fleet = fleetOf(nodes, keysOfNode)
      return [
        nodes.toLocaleString('en-US'),
        keysOfNode.toString(),
        formatAmount(fleet.rowsPerSecond),
        formatAmount(fleet.rowsPerDay),
        `${formatAmount(fleet.insertBytes, 'B')}/s`,
        formatAmount(fleet.copy, 'B'),
        `${fleet.shards} × ${FLEET.replicas}`,
        formatAmount(fleet.disk, 'B'),
        formatSeconds(fleet.day),
        formatSeconds(fleet.month),
      ]
    }),
  )
  const columns = ['nodes', 'keys', 'records/s', 'records a day', 'in', '30 days, 400 of hours, keys']
  return formatTable([...columns, 'servers', 'disk of each', 'screen of 24 h', 'screen of 30 days'], rows)
}

/** Sorted by what comes first. */
export function limitsTable(): string {
  const nodes = [INPUTS.keysFew.value, INPUTS.keysSome.value, INPUTS.keysMany.value]
  const rows = LIMITS.toSorted((a, b) => a.keys - b.keys).map(({ what, keys, remedy }) => [
    what,
    formatAmount(keys),
    ...nodes.map((keysOfNode) => formatAmount(keys / keysOfNode)),
    remedy,
  ])
  const columns = nodes.map((keysOfNode) => `nodes at ${keysOfNode}`)
  return formatTable(['what gives way', 'keys in a bucket', ...columns, 'then'], rows)
}
