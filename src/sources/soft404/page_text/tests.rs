//! Tests with invented pages. Each page has one feature to detect.

use proptest::prelude::*;

use super::*;

fn read(body: &str) -> PageText {
    PageText::read(body.as_bytes(), "")
}

fn is_error_title(title: &str) -> bool {
    read(&format!("<!doctype html><title>{title}</title><p>A few words.")).title_is_error()
}

/// Returns `count` words, all different.
fn prose(start: usize, count: usize) -> String {
    (start..start + count)
        .flat_map(|n| ["word".to_owned(), n.to_string(), " ".to_owned()])
        .collect()
}

#[test]
fn titles_of_missing_pages_are_known_in_many_languages() {
    for title in [
        "404 - The Daily Invention",
        "Error 404. 20 Minuten",
        "Page Not&nbsp;Found | The Daily Invention",
        "Sorry, this page doesn’t exist",
        "Sorry, this page can't be found",
        "Seite nicht gefunden",
        "Page introuvable - Le Quotidien",
        "Cette page n’existe plus",
        "P&aacute;gina no encontrada",
        "Página não encontrada",
        "Pagina non trovata",
        "Pagina niet gevonden",
        "СТРАНИЦА НЕ НАЙДЕНА",
        "抱歉,您访问的页面不存在",
        "找不到網頁",
        "错误404页面",
        "お探しのページは見つかりませんでした",
        "페이지를 찾을 수 없습니다",
        "الصفحة غير موجودة",
        "ไม่พบหน้าที่คุณต้องการ",
    ] {
        assert!(is_error_title(title), "{title}");
    }
}

#[test]
fn ordinary_titles_are_no_errors() {
    for title in [
        "Parliament passes the budget",
        "Flight MH4042 lands safely",
        "1,404 people rescued",
        "1 404 personnes secourues",
        "Profit of 404.000 francs",
        "Terror and mirrors",
        "Erroll wins the cup",
        "유럽에 러시아 가스 공급",
        "国会通过预算",
        "",
    ] {
        assert!(!is_error_title(title), "{title}");
    }
}

#[test]
fn the_first_heading_counts_as_a_title() {
    let page = "<title>The Daily Invention</title><h1><img src=logo.png></h1>";
    assert!(read(&format!("{page}<h1>4<span>0</span>4</h1>")).title_is_error());
    assert!(read(&format!("{page}<h1>Page<br>not found</h1>")).title_is_error());
    assert!(!read(&format!("{page}<h1>Rain</h1><h1>Page not found</h1>")).title_is_error());
    assert!(!read("<title>Rain</title><svg><title>Error</title></svg>").title_is_error());
}

#[test]
fn only_what_is_shown_has_a_length() {
    let page = "\u{feff}<html><head><title>News</title><style>p {}</style></head>
        <body><script>if (a < b) write('<p>no</p>')</script><noscript>Turn it on</noscript>
        <template><p>Later</p></template><!-- never --><p>One&nbsp;&amp;\n  <b>t</b>wo</p></body>";
    assert_eq!(read(page).length(), "One & two".len());
    assert_eq!(read("").length(), 0);
}

#[test]
fn pages_are_alike_up_to_a_few_words() {
    let page = prose(0, 300);
    assert!(read(&format!("<p>{page}")).is_like(&read(&format!("<div>{page} 17:05:33</div>"))));
    assert!(read(&page.to_uppercase()).is_like(&read(&page)));
    assert!(!read(&page).is_like(&read(&prose(50, 300))));
    assert!(!read(&page).is_like(&read(&prose(0, 200))));
    assert!(read("<p>Not here").is_like(&read("<b>Not</b> here")));
    assert!(!read("<p>Not here").is_like(&read("<p>Not there")));
}

#[test]
fn the_title_tells_pages_of_few_words_apart() {
    let page = |title: &str| read(&format!("<title>{title}</title><p>Loading, please wait"));
    assert!(page("The Daily Invention").is_like(&page("The Daily Invention")));
    assert!(!page("Rain in the north").is_like(&page("Sun in the south")));
}

#[test]
fn characters_are_words_where_there_are_no_spaces() {
    let page: String = ('\u{4e00}'..'\u{4f00}').collect();
    assert!(read(&page).is_like(&read(&format!("{page}一二三"))));
    let other: String = ('\u{4e80}'..'\u{4f80}').collect();
    assert!(!read(&page).is_like(&read(&other)));
}

#[test]
fn a_page_without_text_is_like_nothing() {
    let app =
        read("<title>The Daily Invention</title><div id=app></div><script src=a.js></script>");
    assert_eq!(app.length(), 0);
    assert!(!app.is_like(&app));
    assert!(!app.is_like(&read("<p>Some words")));
}

#[test]
fn pages_beyond_the_cap_are_compared_by_sample() {
    let page = read(&prose(0, 12_000));
    assert_eq!(page.shingles.len(), SHINGLES);
    assert!(page.is_like(&read(&prose(200, 12_000))));
    assert!(!page.is_like(&read(&prose(3_000, 12_000))));
    assert!(!page.is_like(&read(&prose(0, 4_000))));
}

#[test]
fn an_echo_of_the_path_is_left_out() {
    let page = |path: &str, echo: &str| {
        let body = format!("<title>{path}</title><p>The page “/2012/{path}” was not found.");
        PageText::read(body.as_bytes(), echo)
    };
    assert!(page("Rain-Falls.html", "rain-falls.html").is_like(&page("x7Qk2v", "x7qk2v")));
    assert!(
        page("日本語の頁", "%E6%97%A5%E6%9C%AC%E8%AA%9E%E3%81%AE%E9%A0%81")
            .is_like(&page("x7Qk2v", "x7qk2v"))
    );
    // An echo that is too short is not left out. A longer echo is left out even from text without
    // spaces.
    assert_eq!(page("abc", "abc"), page("abc", ""));
    assert_eq!(PageText::read("找不到/2012/x7qk2v页面".as_bytes(), "x7qk2v"), read("找不到页面"));
    assert_eq!(PageText::read(b"x7qk2v", "x7qk2v").length(), 0);
}

#[test]
fn bytes_of_other_encodings_are_told_apart() {
    assert!(read("<p>é").is_like(&PageText::read(b"<p>\xe9", "")));
    assert!(!PageText::read(b"<p>\xe9", "").is_like(&PageText::read(b"<p>\xe8", "")));
    assert!(PageText::read(b"<title>No se encontr\xf3", "").title_is_error());
}

#[test]
fn parked_domains_bear_marks() {
    for page in [
        "<html lang=en data-adblockkey=MFww><body>Links",
        "<script src='//img.sedoparking.com/a.js'></script>",
        "<iframe src=https://www.parkingcrew.net/x></iframe>",
        "<link rel=stylesheet href=HTTPS://static.HugeDomains.com:443/a.css>",
        "<p>Buy me: <a href='https://dan.com/buy-domain/example.org'>here</a>",
        "<title>Example.org is for sale</title>",
        "<title>HugeDomains.com - Example.org is for sale (Example)</title>",
        "<title>This domain name is for sale!</title>",
        "<title>example.org steht zum Verkauf</title>",
    ] {
        assert!(read(page).is_parked(), "{page}");
    }
}

#[test]
fn an_article_about_parking_is_not_parked() {
    let article = prose(0, 400);
    for page in [
        format!("<title>Example.org is for sale</title>{article}"),
        format!("<a href=https://sedo.com/>Sedo</a>{article}"),
        "<title>The old station is for sale</title>".to_owned(),
        "<div data-adblockkey=x>A mark in the wrong place".to_owned(),
        "<script src=/sedoparking.com/a.js></script>".to_owned(),
        "<script src=https://notsedo.com/?a=//sedo.com></script>".to_owned(),
        "<p>Domains are parked at https://bodis.com/".to_owned(),
    ] {
        assert!(!read(&page).is_parked(), "{page}");
    }
}

#[test]
fn hosts_of_parking_services_are_known_by_their_domain() {
    for host in ["dan.com", "www.dan.com", "ww1.bodis.com."] {
        assert!(is_parking_host(host), "{host}");
    }
    for host in ["", "com", "jordan.com", "dan.com.example.org", "cloudfront.net"] {
        assert!(!is_parking_host(host), "{host}");
    }
}

/// Generates bytes that resemble a page.
fn tag_soup() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        prop::sample::select(
            &[
                "<title>",
                "</title",
                ">",
                "<h1 ",
                "</h1>",
                "<script>",
                "</script>",
                "<!--",
                "-->",
                "<html data-adblockkey=",
                "<a href='//",
                "dan.com",
                "&amp",
                "&#x",
                "404",
                " is for sale",
                "Echo",
                "%",
                "中",
                "é",
                " ",
                "\u{130}",
                "<template>",
                "<![CDATA[",
                "<noscript/>",
            ][..]
        )
        .prop_map(|piece| piece.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..4),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_bytes_can_be_read(body in any::<Vec<u8>>(), soup in tag_soup(), echo in "\\PC{0,6}") {
        for body in [body, soup] {
            let page = PageText::read(&body, &echo);
            prop_assert!(page.shingles.is_sorted());
            let is_blank = body.trim_ascii().is_empty();
            prop_assert_eq!(page.is_like(&page), page.length() > 0 || is_blank);
            prop_assert!(!page.has_own_title(&page));
        }
    }

    #[test]
    fn likeness_is_mutual(left in tag_soup(), right in tag_soup(), more in tag_soup()) {
        let both = PageText::read(&[&left[..], &more].concat(), "Echo");
        for other in [left, right].map(|body| PageText::read(&body, "Echo")) {
            prop_assert_eq!(both.is_like(&other), other.is_like(&both));
        }
    }
}

#[test]
fn a_tag_with_as_many_attributes_as_fit_does_not_overflow_the_stack() {
    let attributes = "a=''".repeat(READ_BYTES / 4);
    let page = format!("<meta {attributes}><p>Some words");
    assert_eq!(read(&page).length(), 0, "the page is cut within the tag");
}
