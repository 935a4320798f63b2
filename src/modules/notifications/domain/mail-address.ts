// One addr-spec of RFC 5321 without quoting: what directories hold, and nothing that could be read as a second address,
// a display name, a comment or a new line in an SMTP command or a header.
const ADDRESS = /^[^\s"(),:;<>@[\\\]\p{Cc}]+@[^\s"(),:;<>@[\\\]\p{Cc}]+$/u
const LONGEST = 254

export function isMailAddress(text: string): boolean {
  return text.length <= LONGEST && ADDRESS.test(text)
}
