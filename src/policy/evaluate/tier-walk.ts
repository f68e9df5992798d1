/**
 * Walks the tiers, policies and rules of one endpoint and direction in Felix's order, where some answers are not known
 * (`calico-semantics.md` 3.4): the outcomes that are possible, and whether the present point is reached for certain.
 */
import type { PolicyHit } from '../../flows/flow.ts'
import type { Policy, Rule, Tier } from '../manifest/policy.ts'
import type { Profile } from '../manifest/resources.ts'
import type { Direction } from './connection.ts'
import type { Stage } from './connection-evaluator.ts'
import { isAllowingProfile } from './endpoint.ts'
import type { KnownEnd } from './known-end.ts'
import { and, type Truth } from './missing-fact.ts'
import { isStaged } from './tier-order.ts'
import { endOfTierHit, NO_PROFILE, numbered, profileHit, ruleHit } from './trace-hits.ts'

/** Who answers what a walk asks. */
export interface WalkAnswers {
  readonly selects: (policy: Policy) => Truth
  readonly matches: (rule: Rule) => Truth
}

export class TierWalk {
  /** The hits of which one decides, in the order in which they are reached. */
  readonly outcomes: PolicyHit[] = []
  isOver = false
  readonly #answers: WalkAnswers
  readonly #direction: Direction
  readonly #stage: Stage
  readonly #passed: PolicyHit[] = []
  /** Whether every step so far is known. */
  #isCertain = true

  constructor(answers: WalkAnswers, direction: Direction, stage: Stage) {
    this.#answers = answers
    this.#direction = direction
    this.#stage = stage
  }

  tier(tier: Tier, policies: readonly Policy[]): void {
    /** The policies that govern the endpoint, and whether one of them does for certain. */
    const governing: Policy[] = []
    let isCounted = false
    let isPassed = false
    let isTriggerKnown = true
    for (const policy of policies) {
      const rules = policy[this.#direction]
      if (rules === null || (this.#stage === 'enforced' && isStaged(policy))) continue
      const selects = this.#answers.selects(policy)
      if (selects === false) continue
      governing.push(policy)
      if (selects === true) isCounted = true
      else isTriggerKnown = false
      for (let index = 0; index < rules.length; index++) {
        const rule = rules[index]
        if (rule === undefined || rule.action === 'Log') continue
        const matches = and(selects, this.#answers.matches(rule))
        if (matches === false) continue
        const hit = ruleHit(policy, rule, index)
        if (rule.action === 'Pass') isPassed = true
        else this.outcomes.push(hit)
        if (matches === true) return this.#conclude(hit, isPassed)
        this.#isCertain = false
      }
    }
    const trigger = this.#stage === 'enforced' ? governing.at(-1) : governing[0]
    if (trigger === undefined) return
    const end = endOfTierHit(tier, trigger)
    if (!isTriggerKnown) this.#isCertain = false
    if (end.action === 'Deny') this.outcomes.push(end)
    this.#conclude(end, isPassed || end.action === 'Pass' || !isCounted)
  }

  /** After a tier: the next one is reached where something may pass, and no other way where it certainly does not. */
  #conclude(hit: PolicyHit, mayPass: boolean): void {
    if (hit.action === 'Pass') this.#passed.push(hit)
    if (!mayPass) this.isOver = true
  }

  /** `end`: the endpoint whose profiles are evaluated where no tier decided. */
  profiles(end: KnownEnd, profiles: readonly Profile[]): void {
    const names = end.profiles.length > 0 ? end.profiles : (end.candidates[0]?.profiles ?? [])
    for (const name of names) {
      if (isAllowingProfile(name)) {
        this.outcomes.push(profileHit(name, 'Allow', 0))
        return
      }
      const rules = profiles.find((profile) => profile.name === name)?.[this.#direction] ?? []
      for (const [index, rule] of rules.entries()) {
        if (rule.action === 'Log') continue
        const matches = this.#answers.matches(rule)
        if (matches === false) continue
        this.outcomes.push(profileHit(name, rule.action === 'Allow' ? 'Allow' : 'Deny', index))
        if (matches === true) return
        this.#isCertain = false
      }
    }
    this.outcomes.push(profileHit(NO_PROFILE, 'Deny', 0))
  }

  /** What all possible outcomes agree on. */
  get verdict(): 'Allow' | 'Deny' | 'unknown' {
    const [first] = this.outcomes
    const isSame = this.outcomes.every(({ action }) => action === first?.action)
    return isSame && (first?.action === 'Allow' || first?.action === 'Deny') ? first.action : 'unknown'
  }

  /** The whole trace; null where a step of it is not known. */
  get hits(): readonly PolicyHit[] | null {
    const isWhole = this.#isCertain && this.outcomes.length === 1
    return isWhole ? numbered([...this.#passed, ...this.outcomes]) : null
  }
}
