import { expect, test } from 'vitest'

import { webAppManifest } from './web-app-manifest.mjs'

test('every address in the manifest is relative, so that the page can lie below any path', () => {
  const { id, start_url, scope, icons, file_handlers } = webAppManifest('./assets/favicon-abc.svg')
  const addresses = [
    id,
    start_url,
    scope,
    ...icons.map(({ src }) => src),
    ...file_handlers.map(({ action }) => action),
  ]
  expect(addresses.filter((address) => !address.startsWith('./'))).toEqual([])
})
