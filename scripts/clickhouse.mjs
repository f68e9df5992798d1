// Finds a real ClickHouse for the tests: a pinned npm package whose library is clickhouse-local, fetched on first use into
// the user's cache and never installed with the project, because it takes 548 MB.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { pipeline } from 'node:stream/promises'

const PACKAGE = '@chdb/lib-linux-x64-gnu'
const VERSION = '26.7.3-stable.1'
const INTEGRITY =
  'sha512-XP97mMqnc5tZpKQywR8N7cLTsHNiTmHr30pC5mzo3jWmukjKn2IBa60c2B/gWUNcuFjOMjWoorQICCqBVj5wpw=='

/** Says that the tests of ClickHouse may not be skipped: CI sets it. */
const REQUIRED = 'REQUIRE_CLICKHOUSE'

/**
 * Runs a function of the library, which needs a stack of the operating system's own: Node cannot call it. The kernel ends
 * the process when the one that started it ends, whatever ended that.
 */
const PYTHON_LAUNCHER = `import ctypes, os, sys
ctypes.CDLL(None).prctl(1, 9)
run = ctypes.CDLL(sys.argv[1]).chdb_query_cmdline
run.restype = ctypes.c_void_p
arguments = [argument.encode() for argument in sys.argv[1:]]
run(len(arguments), (ctypes.c_char_p * len(arguments))(*arguments))
sys.stdout.flush()
os._exit(1)
`
const C_LAUNCHER = `#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
int main(int argc, char **argv) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  void *library = dlopen(argv[1], RTLD_NOW);
  void *(*run)(int, char **) = library ? (void *(*)(int, char **))dlsym(library, "chdb_query_cmdline") : NULL;
  if (run == NULL) return fprintf(stderr, "%s\\n", dlerror()), 1;
  run(argc - 1, argv + 1);
  return 1;
}
`

/**
 * @typedef {{ readonly command: string, readonly args: readonly string[] }} Launcher Starts the library with the
 *   arguments of clickhouse-local behind these.
 */

/**
 * The launcher of a ClickHouse, or why there is none: one line. Fetches the library on first use.
 *
 * @returns {Promise<Launcher | { readonly missing: string }>}
 */
export async function ensureClickHouse() {
  const missing = await findLauncher()
  if ('missing' in missing && process.env[REQUIRED])
    throw new Error(`${missing.missing} (${REQUIRED} is set)`)
  return missing
}

async function findLauncher() {
  // The library is built for Linux with glibc, on x64 alone.
  const report = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (process.report?.getReport())
  if (process.platform !== 'linux' || process.arch !== 'x64' || !report.header.glibcVersionRuntime)
    return { missing: `No ClickHouse is packaged for ${process.platform} ${process.arch} without glibc` }
  const folder = path.join(cacheFolder(), `clickhouse-${VERSION}`)
  const library = path.join(folder, 'libchdb.so')
  if (!existsSync(library)) {
    const failure = await fetchLibrary(folder)
    if (failure !== null) return { missing: failure }
  }
  return (
    pythonLauncher(folder, library) ??
    compiledLauncher(folder, library) ?? { missing: 'Neither python3 nor a C compiler starts ClickHouse' }
  )
}

function cacheFolder() {
  return path.join(process.env['XDG_CACHE_HOME'] || path.join(homedir(), '.cache'), 'flowtrace')
}

/**
 * @param {string} folder
 * @param {string} library
 */
function pythonLauncher(folder, library) {
  if (spawnSync('python3', ['-c', 'import ctypes']).status !== 0) return null
  const file = path.join(folder, 'launcher.py')
  if (!existsSync(file)) put(file, PYTHON_LAUNCHER)
  return { command: 'python3', args: [file, library] }
}

/**
 * @param {string} folder
 * @param {string} library
 */
function compiledLauncher(folder, library) {
  const program = path.join(folder, 'launcher')
  if (!existsSync(program)) {
    put(`${program}.c`, C_LAUNCHER)
    const made = `${program}.${process.pid}`
    if (spawnSync('cc', ['-o', made, `${program}.c`, '-ldl']).status !== 0) return null
    renameSync(made, program)
  }
  return { command: program, args: [library] }
}

/**
 * Writes a file at once, because several test files may do so at the same time.
 *
 * @param {string} file
 * @param {string} text
 */
function put(file, text) {
  const made = `${file}.${process.pid}`
  writeFileSync(made, text)
  renameSync(made, file)
}

/**
 * Fetches the package through npm's registry, and unpacks it when it is the one that is meant. Returns why it failed, or null.
 *
 * @param {string} folder
 */
async function fetchLibrary(folder) {
  console.log(`Fetching ${PACKAGE} ${VERSION} (178 MB) for the tests of ClickHouse`)
  mkdirSync(path.dirname(folder), { recursive: true })
  const temporary = mkdtempSync(`${folder}-`)
  try {
    const packed = spawnSync('npm', ['pack', '--silent', `${PACKAGE}@${VERSION}`], {
      cwd: temporary,
      encoding: 'utf8',
      shell: process.platform === 'win32',
    })
    if (packed.status !== 0) return `npm cannot fetch ${PACKAGE} ${VERSION}`
    const file = path.join(temporary, packed.stdout.trim())
    const hash = createHash('sha512')
    await pipeline(createReadStream(file), hash)
    const integrity = `sha512-${hash.digest('base64')}`
    if (integrity !== INTEGRITY) throw new Error(`${PACKAGE} ${VERSION} is not what it was: ${integrity}`)
    const unpacked = path.join(temporary, 'package')
    if (spawnSync('tar', ['-xzf', file], { cwd: temporary }).status !== 0)
      return 'tar cannot unpack ClickHouse'
    // Two runs may have fetched it at once: the first one wins.
    if (!existsSync(folder)) renameSync(unpacked, folder)
    return null
  } finally {
    rmSync(temporary, { recursive: true })
  }
}
