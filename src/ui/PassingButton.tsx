import { type ComponentProps, useLayoutEffect, useRef } from 'react'

import { Button, type ButtonLook } from './Button.tsx'

const LIST = '[role=grid]'

/**
 * A button that goes away with what it is about, as those of a notice. Its focus goes to the list, but for one that the
 * pointer has set, which is not seen.
 */
export function PassingButton(props: ComponentProps<'button'> & { look?: ButtonLook }) {
  const button = useRef<HTMLButtonElement>(null)
  useLayoutEffect(() => {
    const element = button.current
    // The cleanup of a layout effect runs while the element is still in the document.
    return () => {
      if (element === null || element !== document.activeElement || !element.matches(':focus-visible')) return
      document.querySelector<HTMLElement>(LIST)?.focus({ preventScroll: true })
    }
  }, [])
  return <Button ref={button} {...props} />
}
