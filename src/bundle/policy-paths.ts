/**
 * Names for files of policies in a zip. A document may be called anything, and whoever unpacks the zip shall get each file
 * under its own name on every system, and none outside of the folder.
 */
import { replaceHidden } from '../lib/visible-text.ts'

/** What the readers of folders take for manifests. */
const MANIFEST_NAME = /\.(ya?ml|json)$/i
/** Windows allows them in no name. */
const FORBIDDEN = /[<>:"|?*]/g
/** Windows opens a device in place of a file of such a name, whatever follows its first dot. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i

const MAX_PARTS = 8
/** Code points of a folder or a file, so that a whole path stays below the 260 characters of Windows. */
const MAX_PART_LENGTH = 60
const MAX_PATH_LENGTH = 180

/** Gives each document a path of its own below the folder of policies, with `/` between its parts. */
export class PolicyPaths {
  /** Paths without regard to case, as Windows and macOS compare them. */
  readonly #taken = new Set<string>()
  /** How many documents had a path before: cluster objects have many versions of one name. */
  readonly #repeats = new Map<string, number>()

  pathOf(name: string): string {
    const wanted = safePath(name)
    const [, stem = wanted, extension = ''] = /^(.*)(\.[^.]*)$/s.exec(wanted) ?? []
    const key = keyOf(wanted)
    for (;;) {
      const count = (this.#repeats.get(key) ?? 0) + 1
      this.#repeats.set(key, count)
      const path = count === 1 ? wanted : `${stem}-${count}${extension}`
      if (this.#taken.has(keyOf(path))) continue
      this.#taken.add(keyOf(path))
      return path
    }
  }
}

function keyOf(path: string): string {
  return path.toLowerCase().normalize('NFC')
}

function safePath(name: string): string {
  const parts = name.split(/[/\\]/).filter((part) => !/^\.*$/.test(part))
  const file = safePart((parts.pop() ?? 'policies').replace(MANIFEST_NAME, ''))
  const extension = MANIFEST_NAME.exec(name)?.[0].toLowerCase() ?? '.yaml'
  // A folder that ends like a file could have the name of one.
  const folders = parts.map((part) => safePart(part).replace(MANIFEST_NAME, (end) => `${end}_`))
  const path = [...folders.slice(1 - MAX_PARTS), file + extension]
  while (path.length > 1 && path.join('/').length > MAX_PATH_LENGTH) path.shift()
  return path.join('/')
}

function safePart(part: string): string {
  const visible = replaceHidden(part.normalize('NFC'), () => '_').replace(FORBIDDEN, '_')
  const short = Array.from(visible).slice(0, MAX_PART_LENGTH).join('')
  // Windows drops dots and spaces at an end; a dot at the beginning hides a file from readers of folders.
  const trimmed = short.replace(/^[\s.]+/, '_').replace(/[\s.]+$/, '_')
  return DEVICE.test(trimmed) || trimmed === '' ? `_${trimmed}` : trimmed
}

/** Whether a path stays below its folder, on every system. */
export function isPathInside(path: string): boolean {
  return !path.includes('\\') && path.split('/').every((part) => !/^\.{0,2}$/.test(part))
}
