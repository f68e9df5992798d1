import { useFlowtrace } from '../../state/client/flowtrace.ts'
import { Button } from '../../ui/Button.tsx'

/** Connects now instead of after the back-off. */
export function TryNow() {
  const { client } = useFlowtrace()
  return <Button onClick={() => client.retry()}>Try now</Button>
}
