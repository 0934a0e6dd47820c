//! What a person does at the window. Things on the screen are named by their `data-test`.

use std::path::Path;
use std::time::{Duration, Instant};

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::key::Key;
use fantoccini::wd::WindowHandle;
use fantoccini::{Client, Locator};
use serde_json::Value;

use crate::album::Album;

/// How long the screen may take to show what is waited for, on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// How often it is looked at.
const GLANCE: Duration = Duration::from_millis(40);

/// Asks again and again until there is an answer or the time is up.
async fn attempt<T>(limit: Duration, mut ask: impl AsyncFnMut() -> Option<T>) -> Option<T> {
    let end = Instant::now() + limit;
    while Instant::now() < end {
        let answer = ask().await;
        if answer.is_some() {
            return answer;
        }
        tokio::time::sleep(GLANCE).await;
    }
    None
}

/// Asks again and again until there is an answer; fails with `what` when the time is up.
pub(crate) async fn until<T>(limit: Duration, what: &str, ask: impl AsyncFnMut() -> Option<T>) -> T {
    let answer = attempt(limit, ask).await;
    answer.unwrap_or_else(|| panic!("waited {} s in vain: {what}", limit.as_secs()))
}

/// The open program: its main window, and at times the sign window.
pub(crate) struct Window {
    client: Client,
    main: WindowHandle,
    album: Album,
}

impl Window {
    /// Waits until the main window has drawn something.
    pub(crate) async fn new(client: Client, album: Album) -> Window {
        let main = client.window().await.expect("the main window");
        let window = Window { client, main, album };
        window.drawn().await;
        window
    }

    /// The result of a script in the page.
    pub(crate) async fn script(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// The result of a script that calls its last argument when it is done.
    pub(crate) async fn script_later(&self, script: &str) -> Value {
        self.client
            .execute_async(script, Vec::new())
            .await
            .unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// Waits until this thing is on the screen.
    pub(crate) async fn see(&self, name: &str) -> Element {
        self.retry(&format!("to see {name}"), async || {
            let element = self.find(name).await?;
            if element.is_displayed().await? { Ok(element) } else { Err(gone()) }
        })
        .await
    }

    /// Whether this thing is on the screen now.
    pub(crate) async fn shows(&self, name: &str) -> bool {
        self.find(name).await.is_ok()
    }

    /// Waits until one of two things is on the screen.
    pub(crate) async fn see_either(&self, one: &str, other: &str) {
        self.retry(&format!("to see {one} or {other}"), async || {
            if self.shows(one).await || self.shows(other).await { Ok(()) } else { Err(gone()) }
        })
        .await;
    }

    /// Waits until this thing shows a text that contains these words, and gives the whole text.
    pub(crate) async fn read(&self, name: &str, words: &str) -> String {
        self.retry(&format!("{name} to say {words:?}"), async || {
            let text = self.find(name).await?.text().await?;
            if text.contains(words) { Ok(text) } else { Err(gone()) }
        })
        .await
    }

    /// Waits until an attribute of this thing has this value.
    pub(crate) async fn is(&self, name: &str, attribute: &str, value: &str) {
        self.retry(&format!("{name} to have {attribute}={value}"), async || {
            let found = self.find(name).await?.attr(attribute).await?;
            if found.as_deref() == Some(value) { Ok(()) } else { Err(gone()) }
        })
        .await;
    }

    /// Waits until every page of the PDF on the screen is drawn.
    pub(crate) async fn see_pdf(&self) {
        self.retry("every page of the PDF", async || {
            let pdf = self.find("pdf").await?;
            let (pages, drawn) = (pdf.attr("data-pages").await?, pdf.attr("data-drawn").await?);
            if pages == drawn && pages.as_deref() != Some("0") { Ok(()) } else { Err(gone()) }
        })
        .await;
    }

    /// Presses this thing, as soon as it can be pressed.
    pub(crate) async fn click(&self, name: &str) {
        let mut pressed = false;
        self.retry(&format!("to press {name}"), async || {
            let element = match self.find(name).await {
                // It closed its own window before it could answer.
                Err(error) if pressed && error.is_no_such_window() => return Ok(()),
                found => found?,
            };
            if !element.is_enabled().await? {
                return Err(gone());
            }
            pressed = true;
            element.click().await
        })
        .await;
    }

    /// Waits until this thing can be pressed.
    pub(crate) async fn ready(&self, name: &str) {
        self.retry(&format!("{name} to be ready"), async || {
            if self.find(name).await?.is_enabled().await? { Ok(()) } else { Err(gone()) }
        })
        .await;
    }

    /// Closes the message that says these words.
    pub(crate) async fn dismiss(&self, words: &str) {
        let close = format!(
            "//*[contains(@class, 'el-message ')][contains(., '{words}')]//*[contains(@class, 'closeBtn')]"
        );
        self.click_at(Locator::XPath(&close), words).await;
    }

    /// Presses what has no name of its own.
    pub(crate) async fn click_at(&self, place: Locator<'_>, what: &str) {
        self.retry(&format!("to press {what}"), async || self.client.find(place).await?.click().await).await;
    }

    /// Replaces the text in this field.
    pub(crate) async fn fill(&self, name: &str, text: &str) {
        let element = self
            .retry(&format!("to clear {name}"), async || {
                let element = self.find(name).await?;
                element.clear().await.map(|()| element)
            })
            .await;
        let keys = text.replace('\n', &char::from(Key::Enter).to_string());
        element.send_keys(&keys).await.unwrap_or_else(|error| panic!("to fill {name}: {error}"));
        let typed = element.prop("value").await.expect("the value of a field").unwrap_or_default();
        assert_eq!(typed, text, "what was typed into {name} stays there");
    }

    /// Chooses the line of a list that shows these words.
    pub(crate) async fn choose(&self, name: &str, words: &str) {
        let line = format!(".//option[contains(normalize-space(), '{words}')]");
        self.retry(&format!("to choose {words} in {name}"), async || {
            self.find(name).await?.find(Locator::XPath(&line)).await?.click().await
        })
        .await;
    }

    /// Gives a file to a file field.
    pub(crate) async fn attach(&self, name: &str, file: &Path) {
        let element = self.retry(&format!("to find {name}"), async || self.find(name).await).await;
        let path = file.to_str().expect("a path in UTF-8");
        element.send_keys(path).await.unwrap_or_else(|error| panic!("to attach {path}: {error}"));
    }

    /// Strikes one key on the keyboard, whatever has the cursor.
    pub(crate) async fn stroke(&self, key: impl Into<char>) {
        let value = key.into();
        self.strike(&[KeyAction::Down { value }, KeyAction::Up { value }]).await;
    }

    /// Strikes a key while another is held.
    pub(crate) async fn chord(&self, held: Key, key: char) {
        let held = char::from(held);
        let down = |value| KeyAction::Down { value };
        let up = |value| KeyAction::Up { value };
        self.strike(&[down(held), down(key), up(key), up(held)]).await;
    }

    async fn strike(&self, keys: &[KeyAction]) {
        let keyboard = KeyActions::new("keyboard".to_owned());
        let keys = keys.iter().cloned().fold(keyboard, KeyActions::then);
        match self.client.perform_actions(keys).await {
            // The key closed its own window before it came up.
            Err(error) if error.is_no_such_window() => {}
            struck => struck.expect("keys are struck"),
        }
    }

    /// Types a text where the cursor is.
    pub(crate) async fn typed(&self, text: &str) {
        let focused = self.client.active_element().await.expect("something has the cursor");
        focused.send_keys(text).await.unwrap_or_else(|error| panic!("to type {text}: {error}"));
    }

    /// The name of what has the cursor; empty for what has none.
    pub(crate) async fn focus(&self) -> String {
        let name = self.script("return document.activeElement?.dataset.test ?? ''").await;
        name.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until this thing has the cursor.
    pub(crate) async fn focused(&self, name: &str) {
        self.retry(&format!("the cursor in {name}"), async || {
            if self.focus().await == name { Ok(()) } else { Err(gone()) }
        })
        .await;
    }

    /// Waits until the window takes what is typed.
    pub(crate) async fn has_focus(&self) {
        until(PATIENCE, "the window to have the focus", async || {
            (self.script("return document.hasFocus()").await == Value::Bool(true)).then_some(())
        })
        .await;
    }

    /// Waits until this thing is in the page, in view or below the fold.
    pub(crate) async fn there(&self, name: &str) {
        self.retry(&format!("{name} in the page"), async || self.find(name).await.map(drop)).await;
    }

    /// Waits until nothing that was typed is on its way to the desk.
    pub(crate) async fn stored(&self) {
        self.retry("what was typed to be stored", async || {
            let state = self.find("saved").await?.attr("class").await?.unwrap_or_default();
            if state.contains("saving") || state.contains("stuck") { Err(gone()) } else { Ok(()) }
        })
        .await;
    }

    /// Waits until this thing has left the screen.
    pub(crate) async fn gone(&self, name: &str) {
        until(PATIENCE, name, async || (!self.shows(name).await).then_some(())).await;
    }

    /// An attribute of this thing.
    pub(crate) async fn attribute(&self, name: &str, attribute: &str) -> String {
        self.see(name).await.attr(attribute).await.expect("an attribute").unwrap_or_default()
    }

    /// Keeps a picture of the window, numbered, under this name, after it was painted and passing messages
    /// have gone.
    pub(crate) async fn shot(&mut self, name: &str) {
        self.retry("messages to go", async || match self.client.find(Locator::Css(".el-message")).await {
            Err(error) if error.is_no_such_element() => Ok(()),
            _ => Err(gone()),
        })
        .await;
        self.script_later("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))").await;
        let png = self.client.screenshot().await.expect("a screenshot");
        self.album.keep(&format!("{name}.png"), &png);
    }

    /// Keeps a file beside the pictures.
    pub(crate) fn keep(&mut self, name: &str, bytes: &[u8]) {
        self.album.keep(name, bytes);
    }

    /// Turns to the sign window as soon as it is open.
    pub(crate) async fn turn_to_sign(&self) {
        let handle = self
            .retry("the sign window to open", async || {
                let open = self.client.windows().await?;
                open.into_iter().find(|handle| *handle != self.main).ok_or_else(gone)
            })
            .await;
        self.client.switch_to_window(handle).await.expect("the sign window takes over");
        self.drawn().await;
    }

    /// Turns back to the main window after the sign window has closed.
    pub(crate) async fn turn_to_main(&self) {
        self.retry("the sign window to close", async || {
            if self.client.windows().await?.len() == 1 { Ok(()) } else { Err(gone()) }
        })
        .await;
        self.client.switch_to_window(self.main.clone()).await.expect("the main window takes over");
    }

    /// Ends the session, and with it the program; the album is ready for the next one.
    pub(crate) async fn close(self) -> Album {
        self.client.close().await.expect("the window closes");
        self.album
    }

    /// Sets the size of all text as the settings do, and loads the page anew.
    pub(crate) async fn enlarge(&self, percent: u32) {
        let keep = format!("localStorage.setItem('qianban.font-percent', '{percent}'); location.reload()");
        self.script(&keep).await;
        let shown = format!("return document.documentElement.style.fontSize === '{}px'", percent * 16 / 100);
        until(PATIENCE, "the text grows", async || {
            (self.client.execute(&shown, Vec::new()).await.ok()? == Value::Bool(true)).then_some(())
        })
        .await;
        self.drawn().await;
    }

    async fn drawn(&self) {
        until(PATIENCE, "the page draws something", async || {
            let script = "return document.body !== null && document.body.innerText.trim() !== ''";
            // Right after it opened, a window may still hold the blank page.
            (self.client.execute(script, Vec::new()).await.ok()? == Value::Bool(true)).then_some(())
        })
        .await;
    }

    /// A name that ends with `*` stands for the first thing whose name starts so.
    async fn find(&self, name: &str) -> Result<Element, CmdError> {
        let css = match name.strip_suffix('*') {
            Some(start) => format!("[data-test^=\"{start}\"]"),
            None => format!("[data-test=\"{name}\"]"),
        };
        self.client.find(Locator::Css(&css)).await
    }

    /// The page redraws while we act: what has gone is looked for again. What was on the screen in the end is kept.
    async fn retry<T>(&self, what: &str, mut act: impl AsyncFnMut() -> Result<T, CmdError>) -> T {
        if let Some(done) = attempt(PATIENCE, async || act().await.ok()).await {
            return done;
        }
        let picture = self.client.screenshot().await.map(|png| self.album.keep_last(&png));
        panic!("waited {} s in vain: {what}; on the screen: {picture:?}", PATIENCE.as_secs())
    }
}

/// Not there yet.
fn gone() -> CmdError {
    CmdError::WaitTimeout
}
