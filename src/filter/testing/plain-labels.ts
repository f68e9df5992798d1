/**
 * How tests read a label, written a second time and in another way than tree/evaluate.ts does: an oracle that
 * shared the product's function would share its faults.
 */

/** The value of a label `key=value`, empty where there is no `=`; undefined when the label has another key. */
export function plainLabelValue(label: string, key: string): string | undefined {
  const [ownKey = '', ...rest] = label.split('=')
  return ownKey === key ? rest.join('=') : undefined
}
