// Programs that the tests need beside Node, brought through apt where that is possible.
import { spawnSync } from 'node:child_process'
import process from 'node:process'

/**
 * Installs a package of Debian; does nothing without root or apt.
 *
 * @param {string} name
 */
export function installDebianPackage(name) {
  if (process.getuid?.() !== 0 || spawnSync('apt-get', ['--version']).error) return
  console.log(`Installing the package ${name} through apt`)
  const options = {
    stdio: /** @type {const} */ ('inherit'),
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  }
  spawnSync('apt-get', ['update', '-q'], options)
  spawnSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', name], options)
}

/** Brings openssl, which deploy/setup/setup.sh signs with and is tested with. Without one, exits with 1. */
export function ensureOpenssl() {
  if (!runsOpenssl()) installDebianPackage('openssl')
  if (runsOpenssl()) return
  console.error('No openssl found, which the tests of deploy/setup sign certificates with. Install openssl.')
  process.exit(1)
}

function runsOpenssl() {
  return spawnSync('openssl', ['version'], { stdio: 'ignore' }).status === 0
}
