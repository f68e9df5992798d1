import type { Row } from '../../state/client/rows.ts'
import { commands, useCommand } from '../../state/commands/commands.ts'
import { usePolicies } from '../../state/policies/use-policies.ts'
import { conversationQuery } from '../../state/view/conversation-query.ts'
import { useLink } from '../../state/view/link.ts'
import { useView } from '../../state/view/navigation.ts'
import { ticketMarkdown } from '../../trace/markdown.ts'
import type { Statement } from '../../trace/words/statement.ts'
import { Button } from '../../ui/Button.tsx'
import { copyText } from '../../ui/copy-text.ts'
import { CopyButton } from '../../ui/CopyButton.tsx'

/** What to do with the answer: filter for the row, or copy it as Markdown, which has a key as well. */
export function AnswerActions({
  row,
  remedy,
  isPhone,
}: {
  row: Row
  /** What would allow the flow. */
  remedy: readonly Statement[]
  isPhone: boolean
}) {
  const [, navigate] = useView()
  const { link } = useLink()
  const hasPolicies = usePolicies().state.loaded !== null
  const markdown = () => {
    const { firstSeen, lastSeen } = row
    return ticketMarkdown(row, { counters: row, firstSeen, lastSeen, remedy, link: link() })
  }
  useCommand('answer.markdown', async () =>
    (await copyText(markdown())) ? 'Copied as Markdown' : 'The browser did not let the Markdown be copied',
  )
  return (
    <>
      <Button
        title="Filter for this source, destination, protocol and port"
        onClick={() =>
          navigate({
            screen: 'flows',
            filter: conversationQuery(row.key),
            // There the answer covers the list.
            ...(isPhone ? { open: null } : {}),
          })
        }
      >
        Only this
      </Button>
      <CopyButton label={isPhone ? 'Copy' : 'Copy as Markdown'} text={markdown} />
      {isPhone || hasPolicies ? null : (
        <Button
          title="Shows the rule of each hit as it is written"
          onClick={() => commands.request('policies.open')}
        >
          Load policies
        </Button>
      )}
    </>
  )
}
