/** One hit in words: as a statement when it decides, as a clause when it is only named. */
import { type Action, type PolicyHit, type Reporter } from '../../flows/flow.ts'
import { isFinal } from '../../flows/hit.ts'
import { governedTraffic, policyParts, ruleParts, selectedEnd, tierParts } from '../words/phrases.ts'
import {
  capitalised,
  code,
  inferred,
  list,
  notKnown,
  type Parts,
  recorded,
  say,
  type Statement,
  strong,
} from '../words/statement.ts'
import { directionOf, placeOf, unknownText } from '../words/calico-terms.ts'
import { labelOf, triggerOf } from '../words/policy-label.ts'

/** `was` for the enforced trace, which happened; `would` for the pending one. */
export type Mood = 'was' | 'would'

/** Further passes are counted: Calico writes at most one for each tier, but another producer's record may hold thousands. */
const MAX_LISTED_PASSES = 8

/** The verb phrase before a rule: `allowed this by `. */
function actionPhrase(action: Action, mood: Mood): Parts {
  const past = mood === 'was'
  switch (action) {
    case 'Allow':
      return say`${past ? 'allowed this' : 'would allow it'} by `
    case 'Deny':
      return say`${past ? 'denied this' : 'would deny it'} by `
    case 'Pass':
      return say`${past ? 'passed this on' : 'would pass it on'} by `
    case 'ActionUnspecified':
      return say`is named without an action at `
    default:
      return say`is named with the unknown action ${code(unknownText(action))} at `
  }
}

/** The clause after "ended without a match" or "would end without a match": ` and passed this on`. */
function endOfTierPhrase(action: Exclude<Action, 'Deny'>, mood: Mood): Parts {
  const past = mood === 'was'
  switch (action) {
    case 'Allow':
      return say` and ${past ? 'allowed this' : 'allow it'}`
    case 'Pass':
      return say` and ${past ? 'passed this on' : 'pass it on'}`
    case 'ActionUnspecified':
      return say` with no action named`
    default:
      return say` with the unknown action ${code(unknownText(action))}`
  }
}

/** The policies of the tier that Calico evaluated, to stand after "no rule of". */
function policiesConsidered(reporter: Reporter, mood: Mood): string {
  const direction = directionOf(reporter)
  const governing = direction === null ? 'this direction' : `its ${direction}`
  return `the tier's policies that govern ${governing}${mood === 'would' ? ', staged ones included,' : ''}`
}

function endOfTierStatements(hit: PolicyHit, reporter: Reporter, mood: Mood): readonly Statement[] {
  const trigger = triggerOf(hit)
  const end = say`end of ${tierParts(hit.tier)}`
  const allowed = mood === 'was' ? 'allowed it' : 'would allow it'
  if (hit.action !== 'Deny') {
    return [
      recorded(say`${hitClause(hit, reporter, mood)}.`),
      notKnown(say`how a tier could end so`, say`Calico ends a tier with Deny or Pass`),
    ]
  }
  if (trigger === null) {
    return [
      recorded(say`${end}: no rule of ${policiesConsidered(reporter, mood)} ${allowed}.`),
      notKnown(say`which policy of the tier selects ${selectedEnd(reporter)}`, say`the record names none`),
    ]
  }
  const selects = say`${policyParts(trigger)} selects ${selectedEnd(reporter)}`
  const matched = say`no rule of ${policiesConsidered(reporter, mood)} ${mood === 'was' ? 'matched' : 'would match'}`
  return [recorded(say`${end}: no rule ${allowed}. ${capitalised(selects)}, and ${matched}.`)]
}

/**
 * What is inferred from a profile having been reached; nothing in odd data, where it follows a decision. A tier with a policy for the endpoint leaves a hit
 * (felix/collector/stats.go:102-166).
 */
function profileInferences(
  before: readonly PolicyHit[],
  reporter: Reporter,
  mood: Mood,
): readonly Statement[] {
  const now = mood === 'was'
  if (before.length === 0) {
    const selected = now ? 'no enforced policy selected' : 'no policy, staged or not, would select'
    const why = 'a tier that has one leaves a hit, and there is none'
    return [inferred(say`${selected} ${selectedEnd(reporter)}: ${why}.`)]
  }
  if (before.some(({ action }) => action !== 'Pass')) return []
  const verb = now ? 'passed' : 'would pass'
  return [inferred(say`every tier with a policy for ${governedTraffic(reporter)} ${verb}.`)]
}

function profileSentence(hit: PolicyHit, reporter: Reporter, mood: Mood): Parts {
  const profile = policyParts(labelOf(hit))
  if (hit.ruleIndex === -1 && hit.action === 'Deny') {
    return mood === 'was'
      ? say`no rule of any profile matched, so this was denied (recorded as ${profile}).`
      : say`no rule of any profile would match, so it would be denied (recorded as ${profile}).`
  }
  return say`${profile} ${actionPhrase(hit.action, mood)}${ruleParts(hit, reporter)}.`
}

/**
 * The deciding hit as statements, which start in lower case to stand after a colon. `before` are the hits before it, in
 * order. The first statement is the decision itself and always recorded.
 */
export function decisionStatements(
  hit: PolicyHit,
  before: readonly PolicyHit[],
  reporter: Reporter,
  mood: Mood,
): readonly Statement[] {
  const place = placeOf(hit)
  if (place === 'end of tier') return endOfTierStatements(hit, reporter, mood)
  if (place === 'rule') return [recorded(say`${hitClause(hit, reporter, mood)}.`)]
  return [recorded(profileSentence(hit, reporter, mood)), ...profileInferences(before, reporter, mood)]
}

/** A hit as a clause without a full stop, for passes and for odd hits. */
export function hitClause(hit: PolicyHit, reporter: Reporter, mood: Mood): Parts {
  if (placeOf(hit) === 'end of tier') {
    const trigger = triggerOf(hit)
    const named = trigger === null ? say`no policy named` : say`policy named: ${policyParts(trigger)}`
    const past = mood === 'was'
    if (hit.action === 'Deny')
      return say`no rule of ${tierParts(hit.tier)} ${past ? 'allowed it' : 'would allow it'} (${named})`
    const ended = past ? 'ended' : 'would end'
    return say`${tierParts(hit.tier)} ${ended} without a match${endOfTierPhrase(hit.action, mood)} (${named})`
  }
  const where = placeOf(hit) === 'profile' ? '' : say` in ${tierParts(hit.tier)}`
  return say`${policyParts(labelOf(hit))}${where} ${actionPhrase(hit.action, mood)}${ruleParts(hit, reporter)}`
}

/** The passes before the last hit as one statement; none when there are none. */
export function passStatements(
  before: readonly PolicyHit[],
  reporter: Reporter,
  mood: Mood,
): readonly Statement[] {
  const passes = before.filter(({ action }) => action === 'Pass')
  if (passes.length === 0) return []
  const clauses = passes.slice(0, MAX_LISTED_PASSES).map((hit) => hitClause(hit, reporter, mood))
  const more = passes.length - clauses.length
  const rest = more === 0 ? [] : [say`${strong(String(more))} more passes`]
  return [recorded(say`Before that, ${list([...clauses, ...rest], ', ', ', and ')}.`)]
}

/** A statement about the first hit before the last that is no pass; none in what Calico writes, which has one decision. */
export function oddityStatements(
  before: readonly PolicyHit[],
  reporter: Reporter,
  mood: Mood,
): readonly Statement[] {
  const odd = before.find(({ action }) => action !== 'Pass')
  if (odd === undefined) return []
  const trace = mood === 'was' ? 'enforced trace' : 'pending trace'
  const step = hitClause(odd, reporter, mood)
  return isFinal(odd.action)
    ? [
        notKnown(
          say`why the ${trace} holds a decision before its last hit`,
          say`Calico writes one, the last, but here ${step}`,
        ),
      ]
    : [notKnown(say`what a hit of the ${trace} before the last one did`, step)]
}

/** The statements, each beginning with a capital. */
export function asSentences(statements: readonly Statement[]): readonly Statement[] {
  return statements.map(({ certainty, parts }) => ({ certainty, parts: capitalised(parts) }))
}
