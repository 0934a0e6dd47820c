//! Vectors of the standards: GB/T 32905 (SM3) and GB/T 32918 (SM2).

use qianban_journal::{DigestStream, PublicKey, SM2_SM3, Signer, Sm2Key, SuiteError, digest};

fn unhex<const N: usize>(text: &str) -> [u8; N] {
    let text: String = text.split_whitespace().collect();
    hex::decode(text).expect("hex").try_into().expect("its length")
}

#[test]
fn sm3_of_the_standard() {
    let one = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0";
    assert_eq!(digest(b"abc").to_string(), one, "GB/T 32905-2016 A.1");
    let two = "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732";
    let message = "abcd".repeat(16);
    assert_eq!(digest(message.as_bytes()).to_string(), two, "GB/T 32905-2016 A.2");
    let empty = "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b";
    assert_eq!(digest(b"").to_string(), empty);
    for cut in [0, 1, 55, 56, 63, 64] {
        let mut stream = DigestStream::new();
        stream.update(&message.as_bytes()[..cut]);
        stream.update(&message.as_bytes()[cut..]);
        assert_eq!(stream.finish().to_string(), two, "cut after {cut} bytes");
    }
}

/// The example on the recommended curve: key, public key and signature of "message digest" under the default id.
const PRIVATE: &str = "3945208F 7B2144B1 3F36E38A C6D39F95 88939369 2860B51A 42FB81EF 4DF7C5B8";
const PUBLIC: &str = "04 09F9DF31 1E5421A1 50DD7D16 1E4BC5C6 72179FAD 1833FC07 6BB08FF3 56F35020
    CCEA490C E26775A5 2DC6EA71 8CC1AA60 0AED05FB F35E084A 6632F607 2DA9AD13";
const SIGNATURE: &str = "F5A03B06 48D2C463 0EEAC513 E1BB81A1 5944DA38 27D5B741 43AC7EAC EEE720B3
    B1B6AA29 DF212FD8 763182BC 0D421CA1 BB9038FD 1F7F42D4 840B69C4 85BBC1AA";

#[test]
fn sm2_of_the_standard() {
    let key = Sm2Key::from_bytes(&unhex(PRIVATE)).expect("a key");
    assert_eq!(key.public().as_bytes(), unhex::<65>(PUBLIC), "GB/T 32918.5-2017 A.2: the public key");
    let public = PublicKey::new(SM2_SM3, &unhex::<65>(PUBLIC)).expect("a point on the curve");
    assert_eq!(
        public.verify(b"message digest", &unhex(SIGNATURE)),
        Ok(()),
        "GB/T 32918.5-2017 A.2: the signature"
    );
    assert_eq!(public.verify(b"message digesT", &unhex(SIGNATURE)), Err(SuiteError::BadSignature));
    let own = key.sign(b"message digest").expect("signs");
    assert_eq!(public.verify(b"message digest", &own), Ok(()));
}
