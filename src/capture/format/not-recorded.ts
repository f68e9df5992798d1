/** What a flow of another program has in the places of fields that its format does not record. */
/** The service of a destination in a format that does not record it. */
export const NO_SERVICE = {
  destServiceName: '',
  destServiceNamespace: '',
  destServicePortName: '',
  destServicePort: 0,
} as const

/** The rule index of a policy that is recorded without the number of its rule: Felix's own number for that. */
export const UNKNOWN_RULE_INDEX = -2
