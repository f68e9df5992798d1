/** What the page asks of the store after a key press, and after records came. */
import { ALL, type Expression } from '../../src/filter/tree/expression.ts'
import type { RecordStore } from '../../src/store/keys/record-store.ts'
import type { ViewRequest } from '../../src/store/protocol.ts'
import { FlowView } from '../../src/store/query/flow-view.ts'
import type { Figures } from '../figures.ts'
import { formatWhole, measure, mediansInTurns } from '../timing.ts'
import type { Traffic } from '../traffic.ts'
import { newKeysIn } from './filling.ts'
import { FACETS, NOW, request, someFilter, STEPS } from './requests.ts'

const ROUNDS = 5
const ARRIVING = 50_000
const NEW_KEYS = 10

/** Answers what the page asks after a key press: the window, the facets and the histogram, under a new filter. */
function answer(reader: FlowView, shape: ViewRequest['shape'], filter: Expression): void {
  const view = request(shape, filter)
  reader.view(view, NOW)
  const facets = FACETS.map((field) => ({ field, search: '', limit: 10 }))
  reader.facets(view, facets, NOW)
  reader.histogram(view, STEPS, 'records', NOW)
}

/** From a key press to the worker's answer, and records of new keys; rows of a table. */
export function keystrokes(
  store: RecordStore,
  set: Traffic,
  figures: Figures,
): readonly (readonly string[])[] {
  const { flow, rows } = set
  const reader = new FlowView(store)
  const { keys, groups, signatures, intervals } = mediansInTurns(ROUNDS, {
    keys: (round) => answer(reader, 'keys', someFilter(round + ROUNDS)),
    groups: (round) => answer(reader, 'groups', someFilter(round + ROUNDS)),
    signatures: (round) => answer(reader, 'signatures', someFilter(round + ROUNDS)),
    intervals: (round) => answer(reader, 'intervals', someFilter(round + ROUNDS)),
  })
  const newcomers = newKeysIn(set)
  const { groupsOfNew, intervalsOfNew } = mediansInTurns(
    ROUNDS,
    {
      groupsOfNew: () => reader.view(request('groups', ALL), NOW),
      intervalsOfNew: () => reader.view(request('intervals', ALL), NOW),
    },
    () => {
      for (let i = 0; i < NEW_KEYS; i++) store.append(newcomers())
    },
  )
  const arriving = Array.from({ length: ARRIVING }, (_, i) => flow(rows - ARRIVING + i))
  const append = measure(() => {
    for (const each of arriving) store.append(each)
  })
  const after = measure(() => answer(reader, 'keys', someFilter(0)))
  const answers = { keys, groups, signatures, intervals }
  const answered = (['groups', 'signatures', 'intervals', 'keys'] as const).map((shape) =>
    figures.add(
      { what: `keystroke to answer: window, facets, histogram; ${shape}`, unit: 'ms', aims: [{ under: 33 }] },
      answers[shape],
    ),
  )
  const plain = (what: string, value: number) => figures.add({ what, unit: 'ms', aims: [] }, value)
  return [
    ...answered,
    plain(`${NEW_KEYS} records of new keys, then the window of groups`, groupsOfNew),
    plain(`${NEW_KEYS} records of new keys, then the window of intervals`, intervalsOfNew),
    plain(`${formatWhole(ARRIVING)} records appended (vocabulary to columns)`, append),
    figures.add(
      {
        what: `${formatWhole(ARRIVING)} records appended, then window, facets, histogram`,
        unit: 'ms',
        aims: [{ under: 33 }],
      },
      after,
    ),
  ]
}
