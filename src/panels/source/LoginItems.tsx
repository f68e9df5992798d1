import { Menu } from '@base-ui/react/menu'

import type { Session } from '../../state/session/use-session.ts'
import { Icon } from '../../ui/Icon.tsx'
import { loginOffer } from './login-offer.ts'
import { MENU_ITEM, MENU_SEPARATOR } from './menu-style.ts'

/** Who is logged in, and the way in or out. Nothing for a server that asks nobody. */
export function LoginItems({
  session,
  onLogIn,
  onLogOut,
}: {
  session: Session
  onLogIn: () => void
  onLogOut: () => void
}) {
  const { mode, user, loggedIn } = session
  const offer = loginOffer(session)
  if (mode === 'none') return null
  return (
    <>
      <Menu.Separator className={MENU_SEPARATOR} />
      {loggedIn && user !== null ? (
        <Menu.Group>
          <Menu.GroupLabel className="max-w-72 px-2 py-1 text-xs break-words text-muted">
            Logged in as <span className="font-medium text-ink">{user}</span>
          </Menu.GroupLabel>
        </Menu.Group>
      ) : null}
      {offer === 'log in' ? (
        <Menu.Item className={MENU_ITEM} onClick={onLogIn}>
          <Icon name="arrow" className="size-4 text-muted" />
          Log in…
        </Menu.Item>
      ) : null}
      {offer === 'log out' ? (
        <Menu.Item className={MENU_ITEM} onClick={onLogOut}>
          <Icon name="close" className="size-4 text-muted" />
          Log out
        </Menu.Item>
      ) : null}
    </>
  )
}
