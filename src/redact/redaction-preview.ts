/** Examples of what leaves in a redacted file: names of the first records as they are, and as the file has them. */
import type { Expression } from '../filter/tree/expression.ts'
import type { LabelledKey } from '../flows/flow.ts'
import { namedPolicy } from '../flows/hit.ts'
import { displayPath, workloadOf } from '../flows/spelling.ts'
import { visibleText } from '../lib/visible-text.ts'
import { type Redaction, Redactor } from './redactor.ts'

export interface PreviewedName {
  /** As it is shown: control characters are visible. */
  readonly before: string
  readonly after: string
}

export interface RedactionPreview {
  readonly examples: readonly PreviewedName[]
  /** How many names are replaced: in all records, or where `isPart` in those that were looked at. */
  readonly replaced: number
  readonly isPart: boolean
  /** How many clauses of the filter the file cannot tell. */
  readonly clausesLeftOut: number
}

const MAX_WORKLOADS = 4
const MAX_POLICIES = 2
const MAX_LABELS = 2

/** The preview from the first of `total` subjects. */
export function previewOf(
  subjects: readonly LabelledKey[],
  total: number,
  filter: Expression,
  redaction: Redaction,
): RedactionPreview {
  const redactor = new Redactor(redaction)
  const workloads = new Examples(MAX_WORKLOADS)
  const policies = new Examples(MAX_POLICIES)
  const labels = new Examples(MAX_LABELS)
  for (const subject of subjects) {
    const { key, sourceLabels, destLabels } = redactor.redactLabelled(subject)
    const before = subject.key
    workloads.add(
      pathOf(before.sourceNamespace, before.sourceName),
      pathOf(key.sourceNamespace, key.sourceName),
    )
    workloads.add(pathOf(before.destNamespace, before.destName), pathOf(key.destNamespace, key.destName))
    for (const [i, hit] of before.policies.enforced.entries()) {
      const after = key.policies.enforced[i]
      if (after !== undefined) policies.add(namedPolicy(hit).name, namedPolicy(after).name)
    }
    for (const [i, label] of subject.sourceLabels.entries()) labels.add(label, sourceLabels[i] ?? '')
    for (const [i, label] of subject.destLabels.entries()) labels.add(label, destLabels[i] ?? '')
  }
  const { replaced } = redactor
  return {
    examples: [...workloads.chosen(), ...policies.chosen(), ...labels.chosen()],
    replaced,
    isPart: subjects.length < total,
    clausesLeftOut: redactor.redactQuery(filter).leftOut,
  }
}

/** An end as the table groups it. */
function pathOf(namespace: string, name: string): string {
  return displayPath(namespace, workloadOf(name))
}

/** The first distinct names, those that are replaced and those that stay. */
class Examples {
  readonly #most: number
  readonly #replaced = new Map<string, string>()
  readonly #kept = new Set<string>()

  constructor(most: number) {
    this.#most = most
  }

  add(before: string, after: string): void {
    if (before === '') return
    if (before === after) {
      if (this.#kept.size < this.#most) this.#kept.add(before)
    } else if (this.#replaced.size < this.#most) {
      this.#replaced.set(before, after)
    }
  }

  /** At most the wanted number, with one that stays among them if there is any. */
  chosen(): readonly PreviewedName[] {
    const replaced = [...this.#replaced].slice(0, this.#most - Math.min(this.#kept.size, 1))
    const kept = [...this.#kept].slice(0, this.#most - replaced.length).map((name) => [name, name] as const)
    return [...replaced, ...kept].map(([before, after]) => ({
      before: visibleText(before),
      after: visibleText(after),
    }))
  }
}
