/** For tests: the manifests of the story, which are files beside. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { NamedText } from '../read-manifests.ts'

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'testing', 'story')

export const STORY_FILES: readonly NamedText[] = readdirSync(FOLDER).map((name) => ({
  name,
  text: readFileSync(join(FOLDER, name), 'utf8'),
}))
