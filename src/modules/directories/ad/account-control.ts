/** Bits of userAccountControl and of msDS-User-Account-Control-Computed (MS-ADTS 2.2.16). */
export const DISABLED = 0x0002
const LOCKED = 0x0010
const NORMAL_ACCOUNT = 0x0200
/** Domain trusts, workstations, domain controllers: nobody's password to reset. */
const MACHINES = 0x0800 | 0x1000 | 0x2000
const PASSWORD_EXPIRED = 0x80_0000

export const isEnabled = (control: number): boolean => (control & DISABLED) === 0
export const isPersonal = (control: number): boolean => (control & NORMAL_ACCOUNT) !== 0 && (control & MACHINES) === 0

/** Only this bit: whoever may write the attribute could do far more with it (trust for delegation, no password needed). */
export const withEnabled = (control: number, enabled: boolean): number => (enabled ? control & ~DISABLED : control | DISABLED)

/** Decided by the server at the moment of the read. lockoutTime alone stays set after the lock has run out. */
export const isLockedNow = (computed: number): boolean => (computed & LOCKED) !== 0
export const isPasswordExpiredNow = (computed: number): boolean => (computed & PASSWORD_EXPIRED) !== 0
