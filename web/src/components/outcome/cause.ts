import type { AccountOutcome } from '@contract/self-service.contract.js'

type Cause = Pick<AccountOutcome, 'code' | 'params'>

/** Another tool set a password between our write and its lost answer: sending ours again would undo what somebody meant. */
export const changedElsewhere = ({ code, params }: Cause): boolean => code === 'ACTION_IN_PROGRESS' && params?.elsewhere === true

/** Nobody gets in, whatever the password. */
export const isClosed = ({ code }: Cause): boolean => code === 'ACCOUNT_DISABLED' || code === 'ACCOUNT_EXPIRED'

export const isUnreached = ({ code }: Cause): boolean => code === 'CONNECTOR_UNAVAILABLE' || code === 'DIRECTORY_THROTTLED'
