import { useFlowtrace } from '../../state/client/flowtrace.ts'
import { Button, type ButtonLook } from '../../ui/Button.tsx'

/** Connects now instead of after the back-off. */
export function TryNow({ look = 'outline' }: { look?: ButtonLook }) {
  const { client } = useFlowtrace()
  return (
    <Button look={look} onClick={() => client.retry()}>
      Try now
    </Button>
  )
}
