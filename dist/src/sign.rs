//! Signatures for Windows, where there is a certificate.

use std::env;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// Says when it was signed, so that the signature outlives the certificate.
const TIME_SERVER: &str = "http://timestamp.digicert.com";

/// Signs programs and libraries for Windows with the certificate in the file that `UNDERSCORE_SIGN_PFX` names, whose
/// password is `UNDERSCORE_SIGN_PASSWORD`; without, a line says that they aren't signed.
///
/// # Errors
/// If the tool of the Windows SDK fails or is missing.
pub fn for_windows(paths: &[&Path]) -> Result<()> {
    let Some(certificate) = env::var_os("UNDERSCORE_SIGN_PFX").filter(|file| !file.is_empty())
    else {
        println!("not signed: UNDERSCORE_SIGN_PFX names no certificate");
        return Ok(());
    };
    let password = env::var_os("UNDERSCORE_SIGN_PASSWORD").unwrap_or_default();
    for path in paths {
        let mut signtool = Command::new("signtool");
        signtool.args(["sign", "/fd", "SHA256", "/td", "SHA256", "/tr", TIME_SERVER]);
        signtool
            .arg("/f")
            .arg(&certificate)
            .arg("/p")
            .arg(&password);
        // Not by `tool::run`, which would tell the password when it fails.
        let status = signtool
            .arg(path)
            .status()
            .context("could not start signtool")?;
        ensure!(status.success(), "signtool failed on {}", path.display());
    }
    Ok(())
}
