/** Out of sight: it tells the browser's password manager whose password is being changed. */
export function Username({ login }: { readonly login: string }) {
  return (
    <input className="vh" type="text" autoComplete="username" value={login} readOnly tabIndex={-1} aria-hidden="true" />
  )
}
