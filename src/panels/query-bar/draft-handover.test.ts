import { EditorState } from '@codemirror/state'
import { describe, expect, test } from 'vitest'

import { cursorWithin, Handover } from './draft-handover.ts'

describe('the plain field hands over to the editor', () => {
  test('the text and the cursor, once', () => {
    const handover = new Handover()
    handover.leave({ text: 'dst.ns = ba' })
    handover.leave({ selection: [11, 4] })
    expect(handover.take()).toEqual({ text: 'dst.ns = ba', selection: [11, 4] })
    expect(handover.take()).toEqual({ text: null, selection: null })
  })

  test('a cursor that is clamped, when Enter applied a longer text as the editor was mounted', () => {
    const handover = new Handover()
    handover.leave({ text: '((action = deny))', selection: [17, 17] })
    handover.leave({ text: null })
    const { selection } = handover.take()
    const state = EditorState.create({ doc: 'action = Deny' })
    if (selection === null) throw new Error('the cursor was left')
    expect(() => state.update({ selection: { anchor: selection[0], head: selection[1] } })).toThrow(
      RangeError,
    )
    const { main } = state.update({ selection: cursorWithin(state.doc.length, selection) }).newSelection
    expect([main.anchor, main.head]).toEqual([13, 13])
    expect(cursorWithin(13, [4, 20])).toEqual({ anchor: 4, head: 13 })
  })
})
