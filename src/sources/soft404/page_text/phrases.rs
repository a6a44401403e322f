//! Phrases and hosts by which error pages, walls and parked domains are recognized.

/// Phrases in the titles of error pages in languages that put spaces between words. They are in lower
/// case, with spaces for everything that is neither a letter nor a digit.
#[rustfmt::skip]
const ERROR_WORDS: &[&str] = &[
    "not found", "not be found", "t be found", "cannot be found", "can t find", "couldn t find",
    "not exist", "t exist", "no longer exists", "not available", "no longer available", "page gone",
    "page missing", "missing page", "page unavailable", "page removed", "has been removed",
    "has been deleted", "nothing found", "nothing here", "error", "oops",
    "nicht gefunden", "nicht verfügbar", "nicht mehr verfügbar", "nicht vorhanden",
    "existiert nicht", "fehler", "introuvable", "non trouvée", "non trouvé", "n existe pas",
    "n existe plus", "pas disponible", "plus disponible", "non disponible", "erreur",
    "no encontrada", "no encontrado", "no se encontró", "no se encuentra", "no existe",
    "no disponible", "no está disponible", "não encontrada", "não encontrado",
    "não foi encontrada", "não existe", "não disponível", "não está disponível", "indisponível",
    "erro", "non trovata", "non trovato", "non esiste", "non è disponibile", "errore",
    "niet gevonden", "niet beschikbaar", "niet meer beschikbaar", "bestaat niet", "foutmelding",
    "не найдена", "не найден", "не найдено", "не существует", "недоступна", "ошибка",
    "не знайдено", "помилка", "nie znaleziono", "nie została znaleziona", "nie istnieje", "błąd",
    "hittades inte", "finns inte", "ikke fundet", "findes ikke", "ikke funnet", "finnes ikke",
    "ei löydy", "nenalezena", "neexistuje", "nem található", "δεν βρέθηκε", "bulunamadı",
    "tidak ditemukan", "không tìm thấy", "नहीं मिला", "에러", "غير موجودة", "غير موجود",
    "لم يتم العثور", "غير متوفرة", "خطأ", "یافت نشد", "پیدا نشد", "לא נמצא", "שגיאה",
];
/// Phrases in the titles or first words of bot challenges and consent pages, written as in `ERROR_WORDS`.
#[rustfmt::skip]
const WALL_WORDS: &[&str] = &[
    "just a moment", "checking your browser", "attention required", "are you a robot",
    "are you human", "you are human", "not a robot", "security check", "ddos protection",
    "access denied", "request blocked", "unusual traffic", "captcha", "enable javascript",
    "enable cookies", "before you continue", "bot verification", "verifying your browser",
];
/// Phrases in the titles of error pages in languages that put no spaces between words or add endings to
/// words.
#[rustfmt::skip]
const ERROR_RUNS: &[&str] = &[
    "找不到", "未找到", "没有找到", "沒有找到", "不存在", "已删除", "已刪除", "已被删除", "已被刪除",
    "错误", "錯誤", "出错了", "出錯了", "見つかりません", "存在しません", "ページがありません",
    "エラー", "찾을 수 없", "찾을수 없", "찾을수없", "존재하지 않", "삭제된 페이지", "오류", "ไม่พบ",
];
/// Phrases that follow the name of a domain in the title of an offer to sell it.
#[rustfmt::skip]
const FOR_SALE: &[&str] = &[
    " is for sale", " for sale", " ist zu verkaufen", " steht zum verkauf", " est à vendre",
    " está en venta", " está à venda", " è in vendita", " is te koop", " продается", " продаётся",
];
/// Services that park or sell domains, except those that also host ordinary sites.
#[rustfmt::skip]
pub(super) const PARKING_HOSTS: &[&str] = &[
    "above.com", "afternic.com", "bodis.com", "brandbucket.com", "buydomains.com",
    "cashparking.com", "d38psrni17bvxu.cloudfront.net", "dan.com", "domainmarket.com",
    "domainnamesales.com", "domainsponsor.com", "dsnextgen.com", "efty.com", "hugedomains.com",
    "namedrive.com", "parkingcrew.net", "parkingpage.namecheap.com", "parklogic.com", "perfectdomain.com",
    "rookmedia.net", "sedo.com", "sedoparking.com", "skenzo.com", "smartname.com",
    "trafficz.com", "undeveloped.com",
];

/// The length of a text, in bytes, at which a page is too long to be a wall or an offer to sell its
/// domain. A page this long may be an article about a sale, or link to the seller.
pub(super) const OFFER_BYTES: usize = 2000;

/// The number of bytes at the start of a text that are searched for `WALL_WORDS`.
const WALL_BYTES: usize = 400;

/// Returns the words of a text, separated and surrounded by single spaces.
fn spaced(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.flat_map(|word| [" ", word]).chain([" "]).collect()
}

/// Returns whether a page is a wall, which is shown instead of the content. An article about
/// walls has more text.
pub(super) fn is_wall(title: &str, heading: &str, text: &str) -> bool {
    if text.len() >= OFFER_BYTES {
        return false;
    }
    let start = &text[..text.floor_char_boundary(WALL_BYTES)];
    let said = [title, heading, start].map(spaced).concat();
    WALL_WORDS.iter().any(|phrase| said.contains(&format!(" {phrase} ")))
}

/// Returns whether a title, given in lower case, belongs to an error page.
pub(super) fn is_error(title: &str) -> bool {
    let spaced = spaced(title);
    says_404(title)
        || ERROR_RUNS.iter().any(|run| title.contains(run))
        || ERROR_WORDS.iter().any(|phrase| spaced.contains(&format!(" {phrase} ")))
}

/// Returns whether a title contains 404 as a separate number, unlike 14045, 1,404 or 404 000.
fn says_404(title: &str) -> bool {
    title.match_indices("404").any(|(at, code)| {
        let (before, after) = (&title[..at], &title[at + code.len()..]);
        !is_more_of_a_number(before.chars().rev()) && !is_more_of_a_number(after.chars())
    })
}

fn is_more_of_a_number(mut chars: impl Iterator<Item = char>) -> bool {
    chars.next().is_some_and(|c| match c {
        ' ' | '.' | ',' | '\'' | '’' => chars.next().is_some_and(|c| c.is_ascii_digit()),
        _ => c.is_ascii_alphanumeric(),
    })
}

/// Returns whether a title, given in lower case, offers a domain for sale.
pub(super) fn is_sale(title: &str) -> bool {
    FOR_SALE.iter().filter_map(|sale| title.split_once(sale)).any(|(before, _)| {
        let word = before.trim_end_matches(" name").rsplit(' ').next().unwrap_or_default();
        let (_, top) = word.rsplit_once('.').unwrap_or_default();
        let top = top.trim_end_matches(|c: char| !c.is_alphanumeric());
        matches!(word, "domain" | "domaine" | "dominio" | "domínio" | "domein" | "домен")
            || (top.len() > 1 && top.chars().all(char::is_alphabetic))
    })
}
