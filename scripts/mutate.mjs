// Mutation testing: changes the code of a room in one place after another and counts the changes that the room's own
// tests notice. `npm run mutate` does all rooms, `npm run mutate -- src/trace` one, `npm run mutate -- src/trace/markdown.ts`
// one file. docs/quality.md holds the last scores.
import { mkdirSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'

import { Stryker } from '@stryker-mutator/core'

import { root } from './run.mjs'

const ROOMS = ['src/filter', 'src/trace', 'src/flows', 'server/bridge']
/** Percent of the mutants of a room that its tests should notice. */
const AIM = 80
/** Below .cache, which git, the linter and the formatter leave alone. */
const REPORTS = '.cache/mutation'

/** @typedef {Awaited<ReturnType<Stryker['runMutationTest']>>[number]} MutantResult */
/** @typedef {ConstructorParameters<typeof Stryker>[0]} Options */

/**
 * @param {string} target A room or a file of one.
 * @returns {string | undefined}
 */
function roomOf(target) {
  return ROOMS.find((room) => target === room || target.startsWith(`${room}/`))
}

/**
 * @param {string} target
 * @returns {Promise<readonly MutantResult[]>}
 */
async function mutate(target) {
  process.env['MUTATED_ROOM'] = roomOf(target)
  const report = `${REPORTS}/${target.replaceAll('/', '-')}`
  return new Stryker({
    mutate: target.endsWith('.ts') ? [target] : [`${target}/**/*.ts`, '!**/*.test.ts', '!**/testing/**'],
    plugins: [import.meta.resolve('@stryker-mutator/vitest-runner')],
    testRunner: 'vitest',
    vitest: { configFile: 'scripts/mutation/vitest.config.ts', related: false },
    // Only read for its paths, none of which leave the project; the reader needs an older TypeScript than ours.
    tsconfigFile: 'none',
    // Half of the cores: a mutant that is starved looks like one that hangs.
    concurrency: Math.max(1, Math.floor(os.cpus().length / 2)),
    // Tables that are filled on import would need all tests for every entry, and a fresh process.
    ignoreStatic: true,
    // Golden files hold every sentence and every error; an emptied string is always noticed there, and says nothing.
    mutator: { excludedMutations: ['StringLiteral'] },
    timeoutMS: 10_000,
    ignorePatterns: ['dist', '.cache', 'test-results', 'playwright-report'],
    tempDirName: `${report}-sandbox`,
    cleanTempDir: 'always',
    reporters: process.stdout.isTTY ? ['json', 'html', 'progress'] : ['json', 'html', 'progress-append-only'],
    jsonReporter: { fileName: `${report}.json` },
    htmlReporter: { fileName: `${report}.html` },
    allowConsoleColors: false,
    // The type is a const enum, which exists for the compiler only.
    logLevel: /** @type {NonNullable<Options['logLevel']>} */ (/** @type {unknown} */ ('warn')),
  }).runMutationTest()
}

/**
 * @param {string} target
 * @param {readonly MutantResult[]} mutants
 * @returns {boolean} whether enough of them were noticed
 */
function summarise(target, mutants) {
  const counted = mutants.filter(({ status }) =>
    ['Killed', 'Timeout', 'Survived', 'NoCoverage'].includes(status),
  )
  const missed = counted.filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
  for (const { fileName, location, mutatorName, replacement, status } of missed) {
    const { line, column } = location.start
    console.log(
      `${path.relative(root, fileName)}:${line}:${column} ${status} ${mutatorName}: ${replacement.replaceAll(/\s+/g, ' ')}`,
    )
  }
  const noticed = counted.length - missed.length
  const score = counted.length === 0 ? 0 : (100 * noticed) / counted.length
  console.log(`${target}: ${score.toFixed(1)} %, ${noticed} of ${counted.length} mutants noticed\n`)
  return score >= AIM
}

const wanted = process.argv.slice(2).length === 0 ? ROOMS : process.argv.slice(2)
const unknown = wanted.filter((target) => roomOf(target) === undefined)
if (unknown.length > 0) {
  console.error(`${unknown.join(', ')} is in no room that can be mutated. There are: ${ROOMS.join(', ')}.`)
  process.exit(2)
}
process.chdir(root)
mkdirSync(REPORTS, { recursive: true })
let enough = true
for (const target of wanted) enough = summarise(target, await mutate(target)) && enough
process.exit(enough ? 0 : 1)
