/**
 * Matches rules against many recorded flows: what a rule asks of the labels and the address of an end is computed once for
 * each end, and kept. The truths are those of the conditions in `evaluate`, without their texts.
 */
import type { Rule, RuleEnd } from '../manifest/policy.ts'
import type { KnownEnd } from '../evaluate/known-end.ts'
import type { KnownFlow } from '../evaluate/known-flow.ts'
import { and, type End, not, type Truth } from '../evaluate/missing-fact.ts'
import {
  excludedFamilies,
  isFamily,
  isIcmp,
  isInNets,
  isMember,
  isOneOfPorts,
  isProtocol,
  isService,
  knowsPorts,
} from '../evaluate/term-truths.ts'
import { printSelector } from '../selector/canonical.ts'
import type { Selector } from '../selector/selector.ts'

/** What is kept for an end: a truth for each term, by the term's number. */
export class EndTruths {
  readonly known: KnownEnd
  readonly truths: (Truth | null)[] = []

  constructor(known: KnownEnd) {
    this.known = known
  }
}

/** A flow with the kept truths of its ends. */
export interface FlowTruths {
  readonly flow: KnownFlow
  readonly source: EndTruths
  readonly destination: EndTruths
}

interface CompiledRule {
  readonly rule: Rule
  /** Numbers of terms; null for an end of which neither an address nor labels are asked. */
  readonly source: number | null
  readonly destination: number | null
  readonly families: readonly (4 | 6)[]
  /** Whether it asks for more than a protocol, terms and families. */
  readonly hasRest: boolean
}

export class CompiledRules {
  readonly #rules = new Map<Rule, CompiledRule>()
  readonly #terms: RuleEnd[] = []
  readonly #numbers = new Map<string, number>()
  readonly #texts = new WeakMap<Selector, string>()

  matches(rule: Rule, flow: FlowTruths): Truth {
    const compiled = this.#rules.get(rule) ?? this.#compile(rule)
    const { protocol } = flow.flow
    let isKnown = true
    const note = (truth: Truth): boolean => {
      if (truth === undefined) isKnown = false
      return truth !== false
    }
    const holds =
      (rule.protocol === null || note(isProtocol(rule.protocol, protocol))) &&
      (rule.notProtocol === null || note(not(isProtocol(rule.notProtocol, protocol)))) &&
      (compiled.destination === null || note(this.#truth(compiled.destination, flow.destination))) &&
      (compiled.source === null || note(this.#truth(compiled.source, flow.source))) &&
      (compiled.families.length === 0 ||
        compiled.families.every((each) => note(isFamily(each, flow.flow)))) &&
      (!compiled.hasRest || note(restTruth(rule, flow.flow)))
    if (!holds) return false
    return isKnown ? true : undefined
  }

  #truth(term: number, end: EndTruths): Truth {
    const kept = end.truths[term]
    if (kept !== undefined && kept !== null) return kept
    // Undefined is kept as null: an array has undefined for what was never asked.
    if (kept === null) return undefined
    const asked = this.#terms[term]
    const truth = asked === undefined ? true : termTruth(asked, end.known)
    end.truths[term] = truth ?? null
    return truth
  }

  #compile(rule: Rule): CompiledRule {
    const { source, destination, ipVersion, icmp, notIcmp } = rule
    const compiled: CompiledRule = {
      rule,
      source: this.#numberOf(source),
      destination: this.#numberOf(destination),
      families: [...(ipVersion === null ? [] : [ipVersion]), ...excludedFamilies(rule)],
      hasRest:
        icmp !== null ||
        notIcmp !== null ||
        [source, destination].some((end) => asksPorts(end) || end.service),
    }
    this.#rules.set(rule, compiled)
    return compiled
  }

  /** The number of what an end's address and labels are asked: one for equal terms. */
  #numberOf(end: RuleEnd): number | null {
    const { nets, notNets, selector, notSelector } = end
    if (nets.length === 0 && notNets.length === 0 && selector === null && notSelector === null) return null
    const key = JSON.stringify([
      textsOf(nets),
      textsOf(notNets),
      this.#text(selector),
      this.#text(notSelector),
    ])
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    const number = this.#terms.push(end) - 1
    this.#numbers.set(key, number)
    return number
  }

  #text(selector: Selector | null): string | null {
    if (selector === null) return null
    const known = this.#texts.get(selector)
    if (known !== undefined) return known
    const text = printSelector(selector)
    this.#texts.set(selector, text)
    return text
  }
}

function textsOf(nets: RuleEnd['nets']): readonly string[] {
  return nets.map(({ text }) => text)
}

function asksPorts({ ports, notPorts }: RuleEnd): boolean {
  return ports.length > 0 || notPorts.length > 0
}

function termTruth({ nets, notNets, selector, notSelector }: RuleEnd, known: KnownEnd): Truth {
  const inNets = nets.length === 0 ? true : isInNets(nets, known)
  const notInNets = notNets.length === 0 ? true : not(isInNets(notNets, known))
  const isSelected =
    selector === null && notSelector === null
      ? true
      : isMember({ selector, notSelector }, known, new Set()).holds
  return and(inNets, notInNets, isSelected)
}

function restTruth(rule: Rule, flow: KnownFlow): Truth {
  return and(
    rule.icmp === null ? true : isIcmp(rule.icmp, flow),
    rule.notIcmp === null ? true : not(isIcmp(rule.notIcmp, flow)),
    endRest('source', rule.source, flow),
    endRest('destination', rule.destination, flow),
  )
}

function endRest(end: End, term: RuleEnd, flow: KnownFlow): Truth {
  const { ports, notPorts, service } = term
  const portTruth = (asked: RuleEnd['ports']): Truth => {
    const isKnown = knowsPorts(flow)
    return isKnown === true ? isOneOfPorts(end, asked, term, flow, []) : isKnown
  }
  return and(
    ports.length === 0 ? true : portTruth(ports),
    notPorts.length === 0 ? true : not(portTruth(notPorts)),
    service === null ? true : isService(end, service, flow),
  )
}
