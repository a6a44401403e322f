//! Classifies the errors of requests that got no response.

use std::error::Error;
use std::io;

use crate::source_status::ErrorClass;
use crate::sources::dns::GuardError;
use crate::sources::send_deadline::DeadlinePassed;

/// Returns the class of a failure, from the first error in the chain that has a class. Returns `None`
/// if the request was not sent because its deadline had passed.
pub(super) fn classify(error: &reqwest::Error) -> Option<ErrorClass> {
    let mut found = None;
    let mut link = Some(error as &(dyn Error + 'static));
    while let Some(error) = link {
        if error.is::<DeadlinePassed>() {
            return None;
        }
        found = found.or_else(|| classify_link(error));
        link = error.source();
    }
    Some(match found {
        Some(class) => class,
        None if error.is_timeout() => ErrorClass::TimedOut,
        None if error.is_connect() => ErrorClass::Unreachable,
        None => ErrorClass::Protocol,
    })
}

fn classify_link(error: &(dyn Error + 'static)) -> Option<ErrorClass> {
    if let Some(GuardError(class)) = error.downcast_ref() {
        return Some(*class);
    }
    if let Some(error) = error.downcast_ref::<rustls::Error>() {
        return Some(classify_tls(error));
    }
    if let Some(error) = error.downcast_ref::<hyper::Error>() {
        // The connection was closed before a response began or in the middle of it.
        return error.is_incomplete_message().then_some(ErrorClass::Reset);
    }
    let error = error.downcast_ref::<io::Error>()?;
    // `source` skips an error that is wrapped in an `io::Error`, so look inside.
    if let Some(class) = error.get_ref().and_then(|inner| classify_link(inner)) {
        return Some(class);
    }
    // 23 and 24 mean that the system or the process has too many open files. This is not the
    // fault of the host.
    if matches!(error.raw_os_error(), Some(23 | 24)) {
        return Some(ErrorClass::Internal);
    }
    match error.kind() {
        io::ErrorKind::ConnectionRefused => Some(ErrorClass::Refused),
        io::ErrorKind::TimedOut => Some(ErrorClass::TimedOut),
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
            Some(ErrorClass::Unreachable)
        }
        io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::BrokenPipe
        | io::ErrorKind::UnexpectedEof => Some(ErrorClass::Reset),
        _ => None,
    }
}

fn classify_tls(error: &rustls::Error) -> ErrorClass {
    match error {
        rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented => {
            ErrorClass::Certificate
        }
        _ => ErrorClass::Tls,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrapped_errors_are_looked_into() {
        let tls = rustls::Error::InvalidCertificate(rustls::CertificateError::Expired);
        let wrapped = io::Error::other(io::Error::new(io::ErrorKind::InvalidData, tls));
        assert_eq!(classify_link(&wrapped), Some(ErrorClass::Certificate));
        let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
        assert_eq!(classify_link(&refused), Some(ErrorClass::Refused));
        let guard = io::Error::other(GuardError(ErrorClass::NxDomain));
        assert_eq!(classify_link(&guard), Some(ErrorClass::NxDomain));
    }
}
