//! The OpenSSL command line as a second opinion on SM2: it verifies ours and we verify its signatures.

use crate::key;
use qianban_journal::{PublicKey, SM2_SM3, Signature, Signer};
use std::path::Path;
use std::process::Command;

const ID: &str = "distid:1234567812345678";

fn openssl(arguments: &[&str]) -> Vec<u8> {
    let output = Command::new("openssl").args(arguments).output();
    let output = output.expect("openssl must be on PATH: it is the second opinion on SM2");
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "openssl {arguments:?}: {error}");
    output.stdout
}

/// `SEQUENCE { INTEGER r, INTEGER s }`.
fn der_of(raw: &Signature) -> Vec<u8> {
    let integer = |half: &[u8]| {
        let start = half.iter().position(|b| *b != 0).unwrap_or(half.len() - 1);
        let mut value = half[start..].to_vec();
        if value[0] & 0x80 != 0 {
            value.insert(0, 0);
        }
        [vec![2, value.len() as u8], value].concat()
    };
    let both = [integer(&raw[..32]), integer(&raw[32..])].concat();
    [vec![0x30, both.len() as u8], both].concat()
}

fn raw_of(der: &[u8]) -> Signature {
    assert_eq!((der[0], usize::from(der[1])), (0x30, der.len() - 2), "one SEQUENCE");
    let mut raw = [0; 64];
    let mut rest = &der[2..];
    for half in raw.chunks_exact_mut(32) {
        assert_eq!(rest[0], 2, "an INTEGER");
        let value = &rest[2..2 + usize::from(rest[1])];
        rest = &rest[2 + value.len()..];
        let value = value.strip_prefix(&[0]).unwrap_or(value);
        half[32 - value.len()..].copy_from_slice(value);
    }
    raw
}

/// `SubjectPublicKeyInfo` of an SM2 key.
fn spki(public: &[u8]) -> Vec<u8> {
    let algorithm = hex::decode("301306072a8648ce3d020106082a811ccf5501822d").expect("hex");
    let body = [algorithm, vec![0x03, 0x42, 0x00], public.to_vec()].concat();
    [vec![0x30, body.len() as u8], body].concat()
}

fn text(path: &Path) -> &str {
    path.to_str().expect("an ASCII path")
}

#[test]
fn openssl_verifies_what_we_sign() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    for (n, message) in [&b""[..], b"message digest", &[0xA5; 300]].into_iter().enumerate() {
        for byte in 1..5 {
            let key = key(byte);
            std::fs::write(at("public"), spki(key.public().as_bytes())).expect("written");
            std::fs::write(at("message"), message).expect("written");
            let der = der_of(&key.sign(message).expect("signs"));
            std::fs::write(at("signature"), der).expect("written");
            let (public, input, signature) = (at("public"), at("message"), at("signature"));
            let mut arguments = vec!["pkeyutl", "-verify", "-rawin", "-digest", "sm3", "-pkeyopt", ID];
            arguments.extend(["-pubin", "-keyform", "DER", "-inkey", text(&public)]);
            arguments.extend(["-in", text(&input), "-sigfile", text(&signature)]);
            let told = openssl(&arguments);
            assert!(String::from_utf8_lossy(&told).contains("Successfully"), "message {n} under key {byte}");
        }
    }
}

#[test]
fn we_verify_what_openssl_signs() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    for message in [&b""[..], b"message digest", &[0x5A; 300]] {
        let (private, input) = (at("private"), at("message"));
        openssl(&[
            "genpkey",
            "-algorithm",
            "EC",
            "-pkeyopt",
            "ec_paramgen_curve:SM2",
            "-out",
            text(&private),
        ]);
        std::fs::write(&input, message).expect("written");
        let public = openssl(&["pkey", "-in", text(&private), "-pubout", "-outform", "DER"]);
        let public = PublicKey::new(SM2_SM3, &public[public.len() - 65..]).expect("an uncompressed point");
        let mut arguments = vec!["pkeyutl", "-sign", "-rawin", "-digest", "sm3", "-pkeyopt", ID];
        arguments.extend(["-inkey", text(&private), "-in", text(&input)]);
        let signature = raw_of(&openssl(&arguments));
        assert_eq!(public.verify(message, &signature), Ok(()));
        let mut other = message.to_vec();
        other.push(0);
        assert!(public.verify(&other, &signature).is_err(), "another message");
    }
}
