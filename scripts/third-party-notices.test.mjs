import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { packagesOf, printNotices } from './third-party-notices.mjs'

test('a package counts when one of its modules is left in the bundle', () => {
  const left = { renderedLength: 10 }
  const modules = {
    '/app/src/main.tsx': left,
    '/app/node_modules/react/index.js': left,
    '/app/node_modules/@base-ui/react/menu/index.js': left,
    '/app/node_modules/a/node_modules/b/c.js': left,
    '\0/app/node_modules/grpc-web/index.js?commonjs-module': left,
    '/app/node_modules/unused/index.js': { renderedLength: 0 },
    '\0vite/preload-helper.js': left,
  }
  expect(packagesOf(modules)).toEqual([
    '/app/node_modules/react',
    '/app/node_modules/@base-ui/react',
    '/app/node_modules/a/node_modules/b',
    '/app/node_modules/grpc-web',
  ])
})

test('the notices have each package once, in order, with its licence', () => {
  const root = mkdtempSync(join(tmpdir(), 'flowtrace-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  /** @param {string} name @param {Record<string, string>} files */
  const addPackage = (name, files) => {
    const folder = join(root, name)
    mkdirSync(folder)
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version: '1.2.3', license: 'MIT' }))
    for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, file), content)
    return folder
  }
  const zebra = addPackage('zebra', { LICENSE: 'Zebra may be copied.\n', 'NOTICE.txt': 'Made by Z.\n' })
  const ant = addPackage('ant', { 'index.js': '' })

  const notices = printNotices([zebra, ant, zebra])
  expect(notices.match(/^\w+ 1\.2\.3: MIT$/gm)).toEqual(['ant 1.2.3: MIT', 'zebra 1.2.3: MIT'])
  expect(notices).toContain('Zebra may be copied.\n\nMade by Z.')
  expect(notices).toContain('The package has no licence file of its own.')
})
