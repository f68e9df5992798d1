import { expect, test } from 'vitest'

import { parseRecordingChoices } from './recording-choices.ts'

const DEFAULTS = { what: 'filtered', from: 'now', redact: 'nothing', bytes: 5e6, seconds: 900 }

test.each([null, '', 'null', '[]', '7', '{"what":1,"bytes":1,"seconds":"900"}'])(
  'takes the defaults for what is stored as %s',
  (text) => expect(parseRecordingChoices(text)).toEqual(DEFAULTS),
)

test('takes the choices that exist', () => {
  const chosen = { what: 'all', from: 'held', redact: 'names', bytes: 100e6, seconds: 3600 }
  expect(parseRecordingChoices(JSON.stringify(chosen))).toEqual(chosen)
})
