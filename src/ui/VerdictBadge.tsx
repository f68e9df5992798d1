import { Icon } from './Icon.tsx'
import type { IconName } from './icon-paths.ts'

export type Tone = 'allow' | 'deny' | 'pass' | 'unknown'

const TONES: Readonly<Record<Tone, { text: string; box: string; icon: IconName }>> = {
  allow: { text: 'text-allow', box: 'bg-allow-soft', icon: 'allow' },
  deny: { text: 'text-deny', box: 'bg-deny-soft', icon: 'deny' },
  pass: { text: 'text-pass', box: 'bg-pass-soft', icon: 'pass' },
  unknown: { text: 'text-muted', box: 'bg-sunken', icon: 'question' },
}

/** A verdict or an action as icon, word and colour, so that nothing depends on colour alone. */
export function VerdictBadge({ tone, word }: { tone: Tone; word: string }) {
  const { text, box, icon } = TONES[tone]
  return (
    <span className={`inline-flex items-center gap-1.5 font-semibold ${text}`}>
      <Icon name={icon} className={`size-4 rounded-[4px] p-0.5 ${box}`} />
      {word}
    </span>
  )
}
