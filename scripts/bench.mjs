// Runs the named benchmarks, or all, and says at the end which aims are missed; or records a trace of one act. Bundles
// them first: Node 20 does not read TypeScript.
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'

import { build } from 'vite'

import { ACTS } from '../bench/trace-acts.mjs'
import { ensureBrowser } from './browser.mjs'
import { isBuilt } from './fingerprint.mjs'
import { root, run } from './run.mjs'

const folder = path.join(root, 'bench')
const all = readdirSync(folder)
  .filter((file) => /^[a-z-]+\.bench\.ts$/.test(file))
  .map((file) => file.replace('.bench.ts', ''))

const HELP = `Usage:
  npm run bench                          runs all benchmarks
  npm run bench -- NAME…                 runs those: ${all.join(', ')}
  npm run bench -- --before DIR NAME…    measures another build of the page, too, in turns with this one
  npm run bench -- trace ACT             records a trace of one act: ${ACTS.join(', ')}

Options of benchmarks:
  --before DIR   a dist/client folder of another build: the column "before". Its benchmarks of the page run in turns
                 with those of this build; the others have no such column.
  --turns N      how often each build is measured; figures are medians over the turns (1, with --before 3)

Options of a trace:
  --out FILE     where it is written (dist/traces/ACT.json). Chromium's Performance panel and Perfetto open it.
  --records N    records held before the act (100,000)
  --minified     records the page as it is served, with short names; otherwise it is built with its own names

  --help         prints this

Environment: FLOWTRACE_BENCH_RECORDS (touch: records held, 100000,1000000), FLOWTRACE_BENCH_CAPTURE_RECORDS (capture:
records of a file, 1000000) and FLOWTRACE_BENCH_ROUNDS (touch: 7, capture: 3);
FLOWTRACE_BENCH_PARTS, FLOWTRACE_BENCH_BROWSERS and FLOWTRACE_BENCH_SOAK_MINUTES (gateway);
FLOWTRACE_BENCH_HISTORY_RECORDS (history: records of a day, 7000000) and FLOWTRACE_BENCH_HISTORY_GROWTH (records held in
turn, 1000000,10000000; a hundred times as many take ten minutes);
FLOWTRACE_BENCH_CLUSTERS (2), FLOWTRACE_BENCH_HOURS (22) and CLICKHOUSE_URL (history-scale; that of the tests unless given).
Exits with 0 when aims are missed: they are to be read, with the load of the machine, not to be gated on.`

/** @param {string} message */
function refuse(message) {
  console.error(`${message}\n\n${HELP}`)
  process.exit(2)
}

/** @param {readonly string[]} args */
function readArguments(args) {
  try {
    const options = /** @type {const} */ ({
      before: { type: 'string' },
      turns: { type: 'string' },
      out: { type: 'string' },
      records: { type: 'string' },
      minified: { type: 'boolean' },
      help: { type: 'boolean' },
    })
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error))
  }
}

/**
 * @param {string | undefined} text
 * @param {number} otherwise
 * @param {string} name
 */
function positive(text, otherwise, name) {
  const number = text === undefined ? otherwise : Number(text)
  if (!Number.isSafeInteger(number) || number < 1) refuse(`${name} takes a whole number from 1, not ${text}.`)
  return number
}

const { values, positionals } = readArguments(process.argv.slice(2)) ?? process.exit(2)
if (values.help) {
  console.log(HELP)
  process.exit(0)
}

/**
 * Bundles TypeScript entries into a folder, below the project's so that the bundles find node_modules.
 *
 * @param {string} out
 * @param {Readonly<Record<string, string>>} input
 */
async function bundle(out, input) {
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    build: {
      ssr: true,
      outDir: out,
      target: 'node20',
      rolldownOptions: { input: { ...input }, output: { entryFileNames: '[name].mjs' } },
    },
  })
}

/** @param {string} out @param {string} name */
const load = (out, name) => import(pathToFileURL(path.join(out, `${name}.mjs`)).href)

function machine() {
  const cores = `${os.cpus().length} cores: ${os.cpus()[0]?.model ?? 'unknown'}`
  return `${new Date().toISOString().slice(0, 16)}Z, Node ${process.versions.node}, ${cores}`
}

/** The load before the benchmarks: that of others. Afterwards it has that of the benchmarks too. */
const loadText = () =>
  os
    .loadavg()
    .map((value) => value.toFixed(1))
    .join(', ')

/** @param {string} out */
async function runBenchmarks(out) {
  const wanted = positionals.length === 0 ? all : positionals
  await bundle(out, {
    ...Object.fromEntries(wanted.map((name) => [name, path.join(folder, `${name}.bench.ts`)])),
    figures: path.join(folder, 'figures.ts'),
  })
  const { Figures, formatMissedAims, mergeTurns, resultsTable } = await load(out, 'figures')
  const turns = positive(values.turns, values.before === undefined ? 1 : 3, '--turns')
  const after = path.join(root, 'dist', 'client')
  const started = `${machine()}; load ${loadText()}`
  console.log(`${started}\n`)
  /** @type {{ before: unknown[], after: unknown[] }} */
  const figures = { before: [], after: [] }
  for (const name of wanted) {
    const bench = await load(out, name)
    const builds = [
      ...(values.before !== undefined && bench.measuresPage
        ? [/** @type {const} */ (['before', path.resolve(values.before)])]
        : []),
      /** @type {const} */ (['after', after]),
    ]
    /** @type {{ before: unknown[], after: unknown[] }} */
    const measured = { before: [], after: [] }
    for (let turn = 1; turn <= turns; turn++) {
      for (const [which, client] of builds) {
        process.env['FLOWTRACE_CLIENT'] = client
        if (builds.length > 1 || turns > 1) console.log(`${name}, ${which}, turn ${turn} of ${turns}\n`)
        const registered = new Figures(name)
        await bench.run(registered)
        measured[which].push(registered.all)
        console.log('')
      }
    }
    figures.before.push(...mergeTurns(measured.before))
    figures.after.push(...mergeTurns(measured.after))
  }
  console.log(`${started} before, ${loadText()} after${turns > 1 ? `; medians of ${turns} turns` : ''}\n`)
  console.log(`${resultsTable(figures.after, figures.before)}\n`)
  console.log(formatMissedAims(figures.after))
}

/** @param {string} out */
async function recordTrace(out) {
  const act = positionals[1] ?? ''
  const client = path.join(out, 'client')
  // First, because it empties the folder.
  await bundle(out, { trace: path.join(folder, 'trace.ts') })
  if (!values.minified) {
    console.log('Building the page with its own names …')
    await build({ root, logLevel: 'warn', build: { outDir: client, minify: false } })
  }
  process.env['FLOWTRACE_CLIENT'] = values.minified ? path.join(root, 'dist', 'client') : client
  const { traceAct } = await load(out, 'trace')
  const file = path.resolve(values.out ?? path.join(root, 'dist', 'traces', `${act}.json`))
  console.log(`${machine()}; load ${loadText()}\n`)
  await traceAct({ act, file, records: positive(values.records, 100_000, '--records') })
}

const isTrace = positionals[0] === 'trace'
if (isTrace) {
  if (positionals.length !== 2 || !ACTS.some((act) => act === positionals[1]))
    refuse(`A trace is of one act: ${ACTS.join(', ')}.`)
} else {
  const unknown = positionals.filter((name) => !all.includes(name))
  if (unknown.length > 0) refuse(`No benchmark ${unknown.join(', ')}. There are: ${all.join(', ')}.`)
}

// A trace of the page with its own names needs no other build.
const needsBuild = !isTrace || values.minified
const built = !needsBuild || isBuilt(root) ? 0 : run('node', ['scripts/build.mjs'])
if (built !== 0) process.exit(built)
process.env['CHROMIUM'] = ensureBrowser()

mkdirSync(path.join(root, 'dist'), { recursive: true })
const out = mkdtempSync(path.join(root, 'dist', 'bench-'))
try {
  await (isTrace ? recordTrace(out) : runBenchmarks(out))
} finally {
  rmSync(out, { recursive: true, force: true })
}
process.exit(0)
