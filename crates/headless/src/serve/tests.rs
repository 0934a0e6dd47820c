//! The loopback host, spoken to in plain HTTP.

use std::io::{Read, Write};
use std::net::TcpStream;

use qianban_desk::DeskSetup;

use super::*;

/// Starts a host on a free port; returns its authority and the token.
fn start(folder: &std::path::Path) -> (String, String) {
    let screen = folder.join("screen");
    std::fs::create_dir(&screen).expect("a folder");
    std::fs::write(screen.join("index.html"), "<p>签办</p>").expect("a start page");
    let site = Site::read(Some(screen)).expect("a screen");
    let desk = Arc::new(Desk::new(DeskSetup::at(folder.join("data"))));
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
            let (host, address) =
                host(desk, site, listener.local_addr().expect("an address")).expect("a host");
            sender.send((host.authority.clone(), address)).expect("somebody waits");
            axum::serve(listener, router(host)).await.expect("serves");
        });
    });
    let (authority, address) = receiver.recv().expect("the host started");
    let token = address.split_once("token=").expect("a token").1.to_owned();
    (authority, token)
}

/// Sends a request and returns status line, headers and body as one text.
fn send(authority: &str, request: &str) -> String {
    let mut stream = TcpStream::connect(authority).expect("the host listens");
    stream.write_all(request.as_bytes()).expect("is sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("is answered");
    answer
}

fn get(authority: &str, path: &str, more: &str) -> String {
    send(authority, &format!("GET {path} HTTP/1.1\r\nHost: {authority}\r\n{more}Connection: close\r\n\r\n"))
}

fn post(authority: &str, path: &str, more: &str, body: &str) -> String {
    let length = body.len();
    send(
        authority,
        &format!(
            "POST {path} HTTP/1.1\r\nHost: {authority}\r\n{more}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        ),
    )
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or_default()
}

fn cookie(answer: &str) -> String {
    let line = answer.lines().find_map(|line| line.strip_prefix("set-cookie: ")).expect("a cookie is set");
    assert!(line.contains("HttpOnly") && line.contains("SameSite=Strict"), "{line}");
    format!("Cookie: {}\r\n", line.split(';').next().expect("a value"))
}

#[test]
fn the_token_works_once_and_becomes_a_cookie() {
    let folder = tempfile::tempdir().expect("a folder");
    let (authority, token) = start(folder.path());
    assert_eq!(status(&get(&authority, "/", "")), "401", "nothing without a cookie");
    assert_eq!(status(&get(&authority, "/?token=0000", "")), "401", "a wrong token");
    let answer = get(&authority, &format!("/?token={token}"), "");
    assert_eq!(status(&answer), "303");
    let cookie = cookie(&answer);
    assert_eq!(status(&get(&authority, &format!("/?token={token}"), "")), "401", "the token is used up");
    let page = get(&authority, "/", &cookie);
    assert!(page.contains("签办") && page.contains("default-src 'none'"), "{page}");
    assert_eq!(status(&get(&authority, "/../Cargo.toml", &cookie)), "404");
}

#[test]
fn other_sites_and_rebound_names_reach_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let (authority, token) = start(folder.path());
    let cookie = cookie(&get(&authority, &format!("/?token={token}"), ""));
    let origin = format!("Origin: http://{authority}\r\n");
    let ours = post(&authority, "/api/host_status", &format!("{cookie}{origin}"), "{}");
    assert_eq!(status(&ours), "200", "{ours}");
    assert!(ours.contains("\"stage\":\"first_start\""), "{ours}");
    let without_cookie = post(&authority, "/api/host_status", &origin, "{}");
    assert_eq!(status(&without_cookie), "401");
    let without_origin = post(&authority, "/api/host_status", &cookie, "{}");
    assert_eq!(status(&without_origin), "403", "a command always names its origin");
    let foreign = format!("{cookie}Origin: http://evil.example\r\n");
    assert_eq!(status(&post(&authority, "/api/host_status", &foreign, "{}")), "403");
    let rebound = format!("GET / HTTP/1.1\r\nHost: evil.example\r\n{cookie}Connection: close\r\n\r\n");
    assert_eq!(status(&send(&authority, &rebound)), "403");
    let evil = "http://evil.example";
    let two_origins = format!("{cookie}{origin}Origin: {evil}\r\n");
    assert_eq!(status(&post(&authority, "/api/host_status", &two_origins, "{}")), "403");
    for refused in [
        format!("GET / HTTP/1.1\r\nHost: {authority}\r\nHost: evil.example\r\n"),
        format!("GET {evil}/ HTTP/1.1\r\nHost: {authority}\r\n"),
        format!("GET http://{authority}/ HTTP/1.1\r\nHost: {authority}\r\n"),
    ] {
        let answer = send(&authority, &format!("{refused}{cookie}Connection: close\r\n\r\n"));
        assert!(["400", "403"].contains(&status(&answer)), "{refused}: {answer}");
    }
}

#[test]
fn refusals_are_409_with_their_code() {
    let folder = tempfile::tempdir().expect("a folder");
    let (authority, token) = start(folder.path());
    let cookie = cookie(&get(&authority, &format!("/?token={token}"), ""));
    let ours = format!("{cookie}Origin: http://{authority}\r\n");
    for (path, body, code) in [
        ("/api/fly", "{}", "COMMAND-UNKNOWN"),
        ("/api/workbench", "{}", "HOST-NOT-FOUNDED"),
        ("/api/unlock", "[", "REQUEST-SHAPE"),
        ("/api/unlock", "{}", "REQUEST-SHAPE"),
    ] {
        let answer = post(&authority, path, &ours, body);
        assert!(status(&answer) == "409" && answer.contains(code), "{path}: {answer}");
    }
}

#[test]
fn two_hosts_of_one_computer_do_not_take_each_others_cookie() {
    let folders = [tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder")];
    let names = folders.each_ref().map(|folder| {
        let (authority, token) = start(folder.path());
        let line = cookie(&get(&authority, &format!("/?token={token}"), ""));
        line.split('=').next().expect("a name").to_owned()
    });
    assert_ne!(names[0], names[1], "browsers keep one cookie of a name for all ports");
}
