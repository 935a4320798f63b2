/** What unicodePwd takes (MS-ADTS 3.1.1.3.1.5): the password in quotation marks, UTF-16, little endian. Marks inside stay as they are. */
export const unicodePwd = (password: string): Buffer => Buffer.from(`"${password}"`, 'utf16le')

/** In UTF-16 units: no directory of this kind takes more. */
export const MAX_PASSWORD_UNITS = 256
