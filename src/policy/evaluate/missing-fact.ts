/** What would have to be known to decide a condition, and the three values of one. */

export type End = 'source' | 'destination'

export type MissingFact =
  | { readonly is: 'address'; readonly end: End }
  | { readonly is: 'label'; readonly end: End; readonly label: string }
  /** Whether other network sets have the address. */
  | { readonly is: 'network sets'; readonly end: End }
  | { readonly is: 'port'; readonly end: End }
  | { readonly is: 'named port'; readonly end: End; readonly name: string }
  | { readonly is: 'service'; readonly end: End }
  | { readonly is: 'protocol' }
  | { readonly is: 'ICMP type' }
  | { readonly is: 'IP family' }
  /** Pods that share a name differ in what is asked. */
  | { readonly is: 'which pod'; readonly end: End }

/** Undefined where it depends on what is not known. */
export type Truth = boolean | undefined

/** False decides. */
export function and(...truths: readonly Truth[]): Truth {
  if (truths.includes(false)) return false
  return truths.includes(undefined) ? undefined : true
}

/** True decides. */
export function or(...truths: readonly Truth[]): Truth {
  if (truths.includes(true)) return true
  return truths.includes(undefined) ? undefined : false
}

export function not(truth: Truth): Truth {
  return truth === undefined ? undefined : !truth
}

/** In words, as `the address of the source`. */
export function factWords(fact: MissingFact): string {
  switch (fact.is) {
    case 'address':
      return `the address of the ${fact.end}`
    case 'label':
      return labelWords(fact.label, fact.end)
    case 'network sets':
      return `which network sets have the address of the ${fact.end}`
    case 'port':
      return `the port of the ${fact.end}`
    case 'named port':
      return `the number of port ${fact.name} of the ${fact.end}`
    case 'service':
      return `which services the ${fact.end} is behind`
    case 'protocol':
      return 'the protocol'
    case 'ICMP type':
      return 'the ICMP type'
    case 'IP family':
      return 'whether it is IPv4 or IPv6'
    case 'which pod':
      return `which pod of that name the ${fact.end} is`
    default:
      fact satisfies never
      return ''
  }
}

function labelWords(label: string, end: End): string {
  if (label.startsWith('pcns.')) return `label ${label.slice(5)} of the ${end}’s namespace`
  if (label === 'projectcalico.org/serviceaccount' || label === 'pcsa.projectcalico.org/name')
    return `the service account of the ${end}`
  if (label.startsWith('pcsa.')) return `label ${label.slice(5)} of the ${end}’s service account`
  return `label ${label} of the ${end}, which may be lost in the record`
}
