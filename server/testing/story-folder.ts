/** For tests: a folder of manifests with the story's cluster and the policies of some of its files. */
import { cp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { STORY_CLUSTER } from '../../src/policy/testing/story-cluster.ts'
import { temporaryFolder } from './temporary-folder.ts'

export async function storyFolder(...files: readonly string[]): Promise<string> {
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'cluster.yaml'), STORY_CLUSTER)
  for (const file of files) {
    const from = new URL(`../../src/policy/testing/story/${file}.yaml`, import.meta.url)
    await cp(fileURLToPath(from), join(folder, `${file}.yaml`))
  }
  return folder
}
