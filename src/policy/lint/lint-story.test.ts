/** What lint says of the story's steps. */
import { describe, expect, test } from 'vitest'
import { readManifests, type NamedText } from '../manifest/read-manifests.ts'
import { STORY_FILES } from '../manifest/testing/story-files.ts'
import { ensure } from '../../lib/assert.ts'
import { lintManifests } from './lint.ts'

/** A file of the story by its name without the ending. */
function storyFile(name: string): NamedText {
  const file = STORY_FILES.find((each) => each.name === `${name}.yaml`)
  return { name, text: ensure(file, name).text }
}

function findingsOf(...names: readonly string[]): readonly string[] {
  const files = names.map(storyFile)
  return lintManifests(readManifests(files).manifests, files)
    .filter(({ level }) => level === 'warning')
    .map(({ place, rule, object }) => `${place.file}:${place.line} ${rule} ${object}`)
}

describe('the warnings', () => {
  test('of option C name the tiers that swallow lookups, and who may not look names up', () => {
    expect(findingsOf('00-default-deny', '01-dns', 'option-c-tiers')).toEqual([
      'option-c-tiers:1 tier-swallows Tier app',
      'option-c-tiers:1 tier-swallows Tier app',
      'option-c-tiers:6 tier-swallows Tier baseline',
      'option-c-tiers:6 tier-swallows Tier baseline',
      'option-c-tiers:11 dns-denied GlobalNetworkPolicy app-frontend-to-backend',
      'option-c-tiers:33 dns-denied GlobalNetworkPolicy app-backend-to-db',
      'option-c-tiers:55 dns-denied GlobalNetworkPolicy baseline-default-deny',
    ])
  })

  test('of the default deny alone are of lookups', () => {
    expect(findingsOf('part1-networkpolicies', '00-default-deny')).toEqual([
      '00-default-deny:1 dns-denied GlobalNetworkPolicy 00-default-deny',
      'part1-networkpolicies:11 dns-denied NetworkPolicy db/default-deny',
    ])
  })

  test('of option B are none', () => {
    expect(findingsOf('00-default-deny', '01-dns', 'option-b')).toEqual([])
  })

  test('of one half of option B name the ends at which the other half is missing', () => {
    const half = storyFile('option-b').text.split('---')[0] ?? ''
    const files = [storyFile('00-default-deny'), storyFile('01-dns'), { name: 'half', text: half }]
    const findings = lintManifests(readManifests(files).manifests, files)
    expect(findings.filter(({ rule }) => rule === 'one-direction').map(({ object }) => object)).toEqual([
      'GlobalNetworkPolicy 09-frontend-egress-to-backend',
    ])
  })

  test('are silenced by a comment that names them', () => {
    const { text } = storyFile('option-c-tiers')
    const findings = (first: string) => {
      const files = [{ name: 'a', text: `${first}\n${text}` }]
      return lintManifests(readManifests(files).manifests, files).filter(({ place }) => place.line < 4)
    }
    const withDns = (first: string) => {
      const files = [{ name: 'a', text: `${first}\n${text}` }, storyFile('01-dns')]
      return lintManifests(readManifests(files).manifests, files).filter(
        ({ place }) => place.file === 'a' && place.line < 4,
      ).length
    }
    expect(findings('# a comment')).toEqual([])
    expect(withDns('# a comment')).toBe(2)
    expect(withDns('# flowtrace: ignore dns-denied')).toBe(2)
    expect(withDns('# flowtrace: ignore tier-swallows, the app’s tier is closed on purpose')).toBe(0)
  })
})
