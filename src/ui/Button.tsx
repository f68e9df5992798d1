import type { ComponentProps } from 'react'

export type ButtonLook = 'outline' | 'quiet' | 'primary'

const LOOKS: Readonly<Record<ButtonLook, string>> = {
  outline: 'border border-line bg-surface text-ink hover:bg-sunken',
  quiet: 'border border-transparent text-muted hover:bg-sunken hover:text-ink',
  primary: 'border border-accent bg-accent text-surface font-medium hover:opacity-90',
}

/** The class names of {@link Button}, for links and for elements that a library renders. */
export function buttonClass(look: ButtonLook = 'outline', extra = ''): string {
  return `inline-flex h-7 items-center justify-center gap-1.5 rounded-[7px] px-2.5 text-xs whitespace-nowrap select-none disabled:opacity-50 aria-disabled:opacity-50 ${LOOKS[look]} ${extra}`
}

export function Button({
  look = 'outline',
  className = '',
  ...rest
}: ComponentProps<'button'> & { look?: ButtonLook }) {
  return <button type="button" className={buttonClass(look, className)} {...rest} />
}
