// A Vite plugin that writes the names, versions and licence texts of the packages in a bundle, as their licences demand.
// The packages are those of the modules that are left after tree shaking.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The file in the built page. */
export const NOTICES = 'third-party-notices.txt'

/**
 * Returns two plugins, because Vite builds the page and its workers apart: `collect` is for both builds, `write` for the
 * page's, which ends last.
 *
 * @param {readonly string[]} also Folders of packages without a module in the bundle, such as those of CSS.
 */
export function thirdPartyNotices(also) {
  /** @type {Set<string>} */
  const folders = new Set(also)
  return {
    /** @returns {import('vite').Plugin} */
    collect: () => ({
      name: 'third-party-notices:collect',
      generateBundle(_, bundle) {
        for (const output of Object.values(bundle)) {
          if (output.type === 'chunk') for (const folder of packagesOf(output.modules)) folders.add(folder)
        }
      },
    }),
    /** @returns {import('vite').Plugin} */
    write: () => ({
      name: 'third-party-notices:write',
      enforce: 'post',
      generateBundle() {
        this.emitFile({ type: 'asset', fileName: NOTICES, source: printNotices([...folders]) })
      },
    }),
  }
}

/**
 * The package folders of the modules that are left after tree shaking.
 *
 * @param {Readonly<Record<string, { readonly renderedLength: number }>>} modules
 */
export function packagesOf(modules) {
  const folders = []
  for (const [id, { renderedLength }] of Object.entries(modules)) {
    const match = /^\0?(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(id)
    if (match?.[1] !== undefined && renderedLength > 0) folders.push(match[1])
  }
  return folders
}

/** @param {readonly string[]} folders */
export function printNotices(folders) {
  const notices = folders.map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    return { title: `${name} ${version}: ${license ?? 'no licence named'}`, text: licenceText(folder) }
  })
  const unique = new Map(notices.map(({ title, text }) => [title, text]))
  const sections = [...unique].toSorted(([a], [b]) => (a < b ? -1 : 1))
  const rule = '-'.repeat(80)
  return [
    'Flowtrace contains the following third-party software.\n',
    ...sections.map(([title, text]) => `${rule}\n${title}\n${rule}\n\n${text}\n`),
  ].join('\n')
}

/** @param {string} folder */
function licenceText(folder) {
  const files = readdirSync(folder).filter((name) => /^(licen[cs]e|notice|copying)([.-].*)?$/i.test(name))
  const texts = files.toSorted().map((name) => readFileSync(join(folder, name), 'utf8').trim())
  return texts.length > 0 ? texts.join('\n\n') : 'The package has no licence file of its own.'
}
