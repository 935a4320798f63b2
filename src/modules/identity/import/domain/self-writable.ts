import type { DirectoryImport, ImportWarning } from '../../../../contract/import.contract.js'

/**
 * Attributes that people can write themselves where nobody took that right away. AD: the property sets Personal-Information and
 * Web-Information (attributeSecurityGUID of Microsoft's schema), which the class user grants to SELF. OpenLDAP: what the usual
 * `by self write` rules are about. Lower case.
 */
const WELL_KNOWN: Readonly<Record<string, { readonly because: string; readonly names: ReadonlySet<string> }>> = {
  ad: {
    because: 'Active Directory lets people write it themselves (Personal-Information, Web-Information) unless you took that right away',
    names: names(`assistant c facsimileTelephoneNumber homePhone homePostalAddress info internationalISDNNumber ipPhone l mobile mSMQDigests
      mSMQSignCertificates otherFacsimileTelephoneNumber otherHomePhone otherIpPhone otherMobile otherPager otherTelephone pager personalTitle
      physicalDeliveryOfficeName postalAddress postalCode postOfficeBox preferredDeliveryMethod primaryInternationalISDNNumber
      primaryTelexNumber registeredAddress st street streetAddress telephoneNumber teletexTerminalIdentifier telexNumber thumbnailPhoto
      url userCert userCertificate userSharedFolder userSharedFolderOther userSMIMECertificate wWWHomePage x121Address`),
  },
  openldap: {
    because: 'it is usual to let people write it themselves (by self write); look at the access rules of the server',
    names: names(`carLicense facsimileTelephoneNumber homePhone homePostalAddress jpegPhoto l labeledURI loginShell mail mobile
      otherMailbox pager postalAddress postalCode preferredLanguage roomNumber shadowLastChange sshPublicKey st street telephoneNumber
      userCertificate userSMIMECertificate`),
  },
}
/** Which attribute carries a contact where the settings name none. */
const USUAL: Readonly<Record<string, string>> = { mail: 'mail', mobile: 'mobile' }

function names(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/).map((name) => name.toLowerCase()))
}

/**
 * Joining an account to a person by a value that people write themselves lets anybody become anybody: whoever joins an account
 * has its password set. `here`: what the directory's own access list says, lower case; null when it was not asked.
 */
export function selfWritableWarnings(settings: DirectoryImport, kind: string, here: ReadonlyMap<string, boolean> | null): ImportWarning[] {
  const written = (settings.personWrites ?? []).map((field) => (settings.fields[field] ?? USUAL[field] ?? field).toLowerCase())
  return settings.correlation.flatMap(({ account }, index) => {
    const name = account.toLowerCase()
    const found = ((): Pick<ImportWarning, 'reason' | 'detail'> | null => {
      if (here?.get(name) === true) {
        return { reason: 'self-writable-here', detail: 'the access list of this directory lets people write it themselves' }
      }
      if (written.includes(name)) return { reason: 'person-writes', detail: 'personWrites says that people write it themselves' }
      const known = WELL_KNOWN[kind]
      return known?.names.has(name) && here?.get(name) !== false ? { reason: 'self-writable', detail: known.because } : null
    })()
    return found ? [{ field: `correlation.${index}.account`, attribute: account, ...found }] : []
  })
}
