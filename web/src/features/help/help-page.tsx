import { CannotUseAny } from '../../components/cannot-use-any.js'

export default function HelpPage() {
  return <CannotUseAny />
}
