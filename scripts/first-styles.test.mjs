import { expect, test } from 'vitest'

import { rulesNamedIn } from './first-styles.mjs'

test('the first style sheet has the rules of the classes that the code names, in their order', () => {
  const styles = '@layer utilities{.flex{display:flex}.hidden{display:none}.p-2{padding:2px}}'
  expect(rulesNamedIn('a.className="p-2 flex"', styles)).toBe(
    '@layer utilities{.flex{display:flex}.p-2{padding:2px}}',
  )
})

test('it has every rule without a class, and no at-rule that is left empty', () => {
  const styles =
    ':root{--page:#fff}@media (width>=40rem){.sm\\:flex{display:flex}}@layer a,b;@property --x{syntax:"*"}'
  expect(rulesNamedIn('', styles)).toBe(':root{--page:#fff}@layer a,b;@property --x{syntax:"*"}')
})

test.each([
  ['.sm\\:w-1\\/2{width:50%}', '`sm:w-1/2`'],
  ['.h-\\[calc\\(1px\\+var\\(--x\\)\\)\\]{height:1px}', '"h-[calc(1px+var(--x))]"'],
  [".before\\:content-\\[\\'\\'\\]:before{content:''}", "'before:content-[\\'\\']'"],
  ['.\\32xl\\:p-1{padding:1px}', '"2xl:p-1"'],
  ['.group-hover\\:flex:is(:where(.group):hover *){display:flex}', '"group-hover:flex"'],
])('%s stays where the code is %s', (styles, code) => {
  expect(rulesNamedIn(code, styles)).toBe(styles)
  expect(rulesNamedIn('"p-1"', styles)).toBe('')
})
