import type { AccountView } from '@contract/self-service.contract.js'
import type { ReactNode } from 'react'
import { errorText } from '../lib/error-texts.js'
import { useText, type Text } from '../lib/text.js'
import { Choice } from './ui/choice.js'
import { PasswordExpiry } from './password-expiry.js'
import { FieldError } from './ui/field.js'

type Props = {
  readonly accounts: readonly AccountView[]
  readonly chosen: readonly string[]
  readonly onChosen: (ids: string[]) => void
  readonly error?: ReactNode
}

export const accountFieldId = (account: AccountView): string => `account-${account.id}`

/** Accounts to choose from; a closed one stays in the list and says why. */
export function AccountChoices({ accounts, chosen, onChosen, error }: Props) {
  const text = useText()
  const { t } = text
  const toggle = (id: string, on: boolean) => onChosen(on ? [...chosen, id] : chosen.filter((one) => one !== id))
  return (
    <fieldset className="choices" aria-describedby={error ? 'account-error' : undefined}>
      <legend className="vh">{t('accounts.legend')}</legend>
      {error && <FieldError id="account-error">{error}</FieldError>}
      {accounts.map((account) => (
        <Choice
          key={account.id}
          type="checkbox"
          name="account"
          id={accountFieldId(account)}
          checked={chosen.includes(account.id)}
          closed={!account.selectable}
          onCheck={(on) => toggle(account.id, on)}
          title={<bdi>{account.directory}</bdi>}
          sub={account.closed
            ? closedText(account.closed, text)
            : <><bdi>{account.login}</bdi>{account.description && <> · <bdi>{account.description}</bdi></>}<PasswordExpiry account={account} /></>}
          icon={account.selectable ? 'server' : 'ban'}
        />
      ))}
    </fieldset>
  )
}

/** Why a row is closed, in the words of a list: nothing was tried yet, so nothing is said about what did not happen. */
function closedText({ code, params }: NonNullable<AccountView['closed']>, { t }: Text): ReactNode {
  if (code === 'OPERATION_NOT_SUPPORTED') return t('accounts.closed.unsupported')
  return code === 'ACCOUNT_DISABLED' ? t('accounts.closed.disabled') : errorText(code, params)
}

type NamesProps = { readonly accounts: readonly { readonly directory: string }[]; readonly strong?: boolean }

/** Names as one reads them: "Windows and email and Design archive", each set apart. */
export function AccountNames({ accounts, strong = true }: NamesProps) {
  const { list } = useText()
  return <>{list(accounts.map(({ directory }) => (strong ? <b><bdi>{directory}</bdi></b> : directory)))}</>
}
