/** For tests: selectors and labels that meet each other often. */
import fc from 'fast-check'
import type { Selector } from '../selector.ts'

const anyLabel = fc.constantFrom('a', 'app', 'in', 'not', 'has', 'projectcalico.org/name', 'k8s-app_1')
const anyValue = fc.oneof(
  fc.constantFrom('', 'a', 'ab', 'b', "it's", 'say "x"', 'two\nlines', 'é', '\u{1F600}', '\uFFFD'),
  fc.string({ maxLength: 4 }).map((text) => text.replaceAll('"', '')),
)

/** Any selector, in a form that parsing gives: without a negation directly inside another one. */
export const anySelector: fc.Arbitrary<Selector> = fc.letrec<{ selector: Selector; operand: Selector }>(
  (tie) => ({
    operand: fc.oneof(
      fc.record({
        is: fc.constant('compare' as const),
        label: anyLabel,
        operator: fc.constantFrom(
          '==' as const,
          '!=' as const,
          'contains' as const,
          'starts with' as const,
          'ends with' as const,
        ),
        value: anyValue,
      }),
      fc.record({
        is: fc.constant('set' as const),
        label: anyLabel,
        operator: fc.constantFrom('in' as const, 'not in' as const),
        values: fc.array(anyValue, { maxLength: 3 }),
      }),
      fc.record({ is: fc.constant('has' as const), label: anyLabel }),
      fc.record({ is: fc.constantFrom('all' as const, 'global' as const) }),
      fc.record({
        is: fc.constantFrom('and' as const, 'or' as const),
        operands: fc.array(tie('selector'), { minLength: 2, maxLength: 3 }),
      }),
    ),
    selector: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      tie('operand'),
      tie('operand').map((operand): Selector => ({ is: 'not', operand })),
    ),
  }),
).selector

export const anyLabels: fc.Arbitrary<Readonly<Record<string, string>>> = fc.dictionary(anyLabel, anyValue)
